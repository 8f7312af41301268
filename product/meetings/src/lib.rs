//! Organisation life (组织生活): meetings from notice to register.
