//! What a member can be: sex, kind of membership, standing.

use crate::labelled;

labelled! {
    /// 性别.
    pub enum Sex {
        /// 男.
        Male => "male", "男";
        /// 女.
        Female => "female", "女";
    }
}

labelled! {
    /// 人员类别.
    pub enum MemberKind {
        /// A full member, who votes.
        Full => "full", "正式党员";
        /// A probationary member: one year from admission, extended at most once.
        Probationary => "probationary", "预备党员";
    }
}

labelled! {
    /// 党籍状态.
    pub enum Standing {
        /// 正常: a member in good standing.
        Normal => "normal", "正常";
        /// 保留: membership kept while life with the branch rests, as for members abroad.
        Retained => "retained", "保留";
        /// 恢复: membership restored.
        Restored => "restored", "恢复";
        /// 停止: membership stopped, as for members long lost.
        Suspended => "suspended", "停止";
        /// 开除: expelled.
        Expelled => "expelled", "开除";
    }
}
