//! Problems.

use crate::Problem;

#[test]
fn each_sort_of_problem_has_its_status() {
    for (problem, status) in [
        (Problem::bad_request("a.b"), 400),
        (Problem::login_needed(), 401),
        (Problem::forbidden("a.b"), 403),
        (Problem::not_found("a.b"), 404),
        (Problem::conflict("a.b"), 409),
        (Problem::too_large("a.b"), 413),
        (Problem::refused("a.b"), 422),
        (Problem::too_many("a.b"), 429),
        (Problem::fault("x"), 500),
        (Problem::busy(), 503),
    ] {
        assert_eq!(problem.status(), status, "{problem}");
    }
}

#[test]
fn a_problem_prints_for_the_log_without_its_arguments() {
    let problem = Problem::refused("directory.taken").with("name", "廖雅").on_with(
        "phone",
        "directory.phone_taken",
        vec![("phone", "13812348003".to_owned())],
    );
    assert_eq!(problem.to_string(), "directory.taken; phone: directory.phone_taken");
    assert_eq!(
        format!("{problem:?} {:?}", problem.fields),
        "Refused directory.taken; phone: directory.phone_taken [phone: directory.phone_taken]"
    );
    assert_eq!(problem.args, [("name", "廖雅".to_owned())]);
    assert_eq!(Problem::fault("disk full").to_string(), "kernel.fault: disk full");
}

#[test]
fn a_problem_is_small_enough_to_be_returned_everywhere() {
    assert!(size_of::<Problem>() <= 128);
}
