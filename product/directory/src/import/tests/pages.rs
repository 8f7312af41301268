//! The pages of imports as a browser gets them: from the upload to the report, and what is refused on the way.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use ejia_db::{Desk, Txn};
use ejia_jobs::FolderDepot;
use ejia_kernel::{AdministratorId, Problem, SessionId};
use ejia_web::{Doorkeeper, Member as Caller, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::super::{ImportDesk, TableRows, WriteTable, handlers, part};
use super::city::{MEMBERS, code, member, organizations};
use super::{both, count};
use crate::organizations::tree;

/// Lets in whoever names the code of an organization.
struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, _: &mut Txn<'_>, _: &str) -> Result<Option<Caller>, Problem> {
        Ok(None)
    }

    fn officer(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Officer>, Problem> {
        let tree = tree(txn)?;
        Ok(tree.by_code(token).map(|node| {
            let (id, session) = (AdministratorId::random(), SessionId::random());
            Officer::admitted(id, node.id, &node.name, node.kind, node.path.clone(), "管理员", session)
        }))
    }
}

struct House {
    router: Router,
    runtime: tokio::runtime::Runtime,
    imports: Arc<ImportDesk>,
    organization: String,
    _folder: tempfile::TempDir,
}

struct Got {
    status: StatusCode,
    location: String,
    bytes: Bytes,
}

impl Got {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl House {
    fn of(desk: &Desk, organization: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let open =
            |path: &std::path::Path, name: &str| ejia_tables::open(path, name).map(|rows| Box::new(rows) as TableRows);
        let write: WriteTable =
            Arc::new(|path, name, headings, rows| ejia_tables::write_xlsx(path, name, headings, rows));
        let depot = Arc::new(FolderDepot::new(folder.path()));
        let imports = Arc::new(ImportDesk::new(folder.path().join("imports"), depot, Arc::new(open), write));
        let site = Site::builder(desk.clone())
            .texts(&[crate::TEXTS])
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .uploads(folder.path());
        let site = part(site, &imports).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let router = site.router(crate::routes());
        Self { router, runtime, imports, organization: code(organization), _folder: folder }
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, format!("ejia_office={}", self.organization))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let location = parts.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
            Got { status: parts.status, location, bytes: body.collect().await.unwrap().to_bytes() }
        })
    }

    fn get(&self, path: &str) -> String {
        let got = self.send("GET", path, "", Vec::new());
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text());
        got.text()
    }

    fn token(&self) -> String {
        let page = self.get("/office/import");
        page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    fn post(&self, path: &str, fields: &str) -> Got {
        let body = format!("csrf={}&{fields}", self.token());
        self.send("POST", path, "application/x-www-form-urlencoded", body.into_bytes())
    }

    fn upload(&self, name: &str, content: &[u8]) -> Got {
        let mut body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
            self.token()
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--x--\r\n");
        self.send("POST", "/office/import", "multipart/form-data; boundary=x", body)
    }

    fn work(&self, desk: &Desk) {
        handlers(&self.imports).drain(desk).unwrap();
    }
}

fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    rows.iter().map(|row| row.join(",") + "\n").collect::<String>().into_bytes()
}

fn people(lines: &[Vec<String>]) -> Vec<u8> {
    let mut table = vec![MEMBERS.iter().map(|heading| (*heading).to_owned()).collect()];
    table.extend_from_slice(lines);
    csv(&table)
}

fn settled(desk: &Desk) {
    let shelf = super::Shelf::default();
    shelf.put("党组织.xls", &organizations());
    shelf.import(desk, super::Files::Organizations, super::How::Write);
}

// proves: M1
#[test]
fn a_committee_uploads_looks_chooses_confirms_and_takes_the_report_away() {
    both(|desk| {
        settled(desk);
        let house = House::of(desk, 4);
        assert!(house.get("/office/import").contains("还没有导入过表格"));
        let wrong = member(3, "", "第一支部");
        let got = house.upload("党员.csv", &people(&[member(1, "甲", "第一支部"), member(2, "乙", "第二支部"), wrong]));
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text());
        let place = got.location.clone();
        let waiting = house.get(&place);
        assert!(waiting.contains("正在核对") && waiting.contains("http-equiv=\"refresh\""), "{waiting}");
        house.work(desk);
        let preview = house.get(&place);
        for part in ["核对结果", "将新增", "第4行“姓名”：请填写姓名。", "确认导入", "文件中没有的栏目"]
        {
            assert!(preview.contains(part), "{part} in {preview}");
        }
        assert_eq!(count(desk, "member"), 0);
        assert_eq!(house.post(&format!("{place}/confirm"), "").status, StatusCode::SEE_OTHER);
        assert!(house.get(&place).contains("正在导入"));
        house.work(desk);
        assert!(house.get(&place).contains("导入结果"));
        assert_eq!(count(desk, "member"), 2);
        assert_eq!(house.post(&format!("{place}/confirm"), "").status, StatusCode::CONFLICT);
        let report = house.send("GET", &format!("{place}/report"), "", Vec::new());
        assert!(report.status == StatusCode::OK && report.bytes.starts_with(b"PK"));

        let got = house.upload("党员.csv", &people(&[member(1, "甲甲", "第一支部"), member(2, "乙乙", "第二支部")]));
        house.work(desk);
        let place = got.location;
        assert!(house.get(&place).contains("<del class=\"was\">甲</del> <ins class=\"now\">甲甲</ins>"));
        let chosen = house.post(&format!("{place}/choices"), "shown=0-2&shown=0-3&accepted=0-3");
        assert_eq!(chosen.status, StatusCode::SEE_OTHER);
        assert!(house.get(&place).contains("已勾选 1 行"));
        assert_eq!(house.post(&format!("{place}/choices"), "shown=nonsense").status, StatusCode::BAD_REQUEST);
        assert_eq!(house.post(&format!("{place}/confirm"), "changes=chosen").status, StatusCode::SEE_OTHER);
        house.work(desk);
        assert!(house.get(&place).contains("已更新 1 行"));
        assert!(house.get("/office/import").contains("已完成"));
    });
}

#[test]
fn a_file_that_is_no_table_is_refused_at_once_with_what_to_do() {
    both(|desk| {
        settled(desk);
        let house = House::of(desk, 4);
        for (name, content, said) in [
            ("a.docx", &b"x"[..], "不能读取 .docx 文件"),
            ("a.xlsx", b"x", "文件内容不是表格"),
            ("a.csv", b"", "请选择要导入的表格文件"),
            ("a.xls", b"<html>", "这个文件其实是网页"),
        ] {
            let got = house.upload(name, content);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(got.text().contains(said), "{name}: {}", got.text());
        }
        assert_eq!(count(desk, "import_run"), 1, "only the city's own");
        let got = house.upload("a.csv", "甲,乙\n1,2\n".as_bytes());
        house.work(desk);
        assert!(house.get(&got.location).contains("没有找到表头"));
        let cancelled = house.upload("党员.csv", &people(&[member(1, "甲", "第一支部")])).location;
        house.work(desk);
        assert_eq!(house.post(&format!("{cancelled}/cancel"), "").status, StatusCode::SEE_OTHER);
        assert!(house.get(&cancelled).contains("已取消导入"));
        for place in ["/office/import/nonsense", "/office/import/01jpx0000000000000000000aa"] {
            assert_eq!(house.send("GET", place, "", Vec::new()).status, StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn branches_do_not_import_and_others_see_nothing() {
    both(|desk| {
        settled(desk);
        let place = House::of(desk, 4).upload("党员.csv", &people(&[member(1, "甲", "第一支部")])).location;
        assert_eq!(House::of(desk, 5).send("GET", "/office/import", "", Vec::new()).status, StatusCode::FORBIDDEN);
        assert_eq!(House::of(desk, 3).send("GET", &place, "", Vec::new()).status, StatusCode::NOT_FOUND);
        assert_eq!(House::of(desk, 2).send("GET", &place, "", Vec::new()).status, StatusCode::OK);
    });
}
