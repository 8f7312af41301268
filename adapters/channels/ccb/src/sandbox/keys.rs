//! The sandbox bank's keys: made for trying out, known to everybody, never to be used for money.

/// The sandbox bank's private key (PKCS#8, base64), which signs notifications.
pub(crate) const SANDBOX_PRIVATE: &str = "\
    MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAL3P9bvWb6t4s93EvoD/zvCGrPGtQogG+kJ1weK9/xkR9urzqCgcMec3m8+7w9\
    k5Tcq0NnhrBucbyI+bw8A4G9DT5+ZgF6XLDs0n+Yi69IkF2dd124f84djE3Gn/mEom4nfYnY1786IGFrLP9atV1mB52MqKV0jo06kVcYQEuNzx\
    AgMBAAECgYEAnW6gHYTVKD67yKPHck06AatiRC11ckd/SKJNBtiZfdy1lNg1T9da2LD5zcmpvkDWMdtZFnWGyybzKZGDQaoH/rYSv1VgOG1osW\
    zIUId6KT1WDDrL20teWGgtsy43834EIbs76a3cGF2JnIkdvit58YAABaaGdU+1fUWyESE2bgECQQDhPZvOBexL5dASb9pbkpu8+GiUUBzKuw31\
    v2G0mTF+bdXeulJAvpo869p3077v3rNlOxlrSU7exMyhhC2oxlxhAkEA17vH5bWO/VRx5iCgkdjva6Z3WYHbmVc2dW6/P1NQmU+v4vaDTa3li0\
    OxT/XFAF3cSjV15nCewvtMKyN4abrKkQJAVZ2EbqBjvEnDeG6Z0nr8xayqm82D1C+b09CGRA6C+KqpQ7sQ7tlEaWnBJhEPn7/H8u+u7s/zscue\
    eLp0XJXhoQJBAM68sS+88a5rQktacQXTcn0jJbSs8Rjdrt6Spsu0t8RzzQYfXm0OfK8cy8rop0VWrUigOr/+pOYNlEyyzS3lR0ECQEaDrnGTgi\
    slg7k/Y0KiUvSOGZkDjHntHJWjI81nrpdnHkBeP9XaAXcusxahqxidvg/sSEVP0FQ2GVmitp5vv7s=";

/// The public half as a merchant console would hand it out: hex of the DER.
pub const SANDBOX_PUBLIC: &str = "\
    30819f300d06092a864886f70d010101050003818d0030818902818100bdcff5bbd66fab78b3ddc4be80ffcef086acf1ad428806fa4275\
    c1e2bdff1911f6eaf3a8281c31e7379bcfbbc3d9394dcab436786b06e71bc88f9bc3c0381bd0d3e7e66017a5cb0ecd27f988baf48905d9\
    d775db87fce1d8c4dc69ff984a26e277d89d8d7bf3a20616b2cff5ab55d66079d8ca8a5748e8d3a915718404b8dcf10203010001";

/// Whether a key is the sandbox's, which production refuses.
pub fn is_sandbox_key(key: &str) -> bool {
    key.trim().eq_ignore_ascii_case(SANDBOX_PUBLIC)
}
