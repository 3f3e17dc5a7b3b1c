use hotaru_cloud::serve::{Options, ServeError, Server};

use crate::school::{Http, School};

#[tokio::test]
async fn tls_is_served_with_the_schools_certificate() {
    let school = School::new().await;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (
        school.path().join("cert.pem"),
        school.path().join("key.pem"),
    );
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut options = Options {
        data: school.path().to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: Some((cert.clone(), key.clone())),
        insecure: false,
    };
    let server = Server::bind(&options).await.unwrap();
    let address = server.address().to_owned();
    assert!(address.starts_with("https://127.0.0.1:"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let task = tokio::spawn(server.run(async { stopped.await.unwrap_or_default() }));

    let mut http = Http::new(&address.replace("127.0.0.1", "localhost"));
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    // Over HTTP/2 and over HTTP/1.1.
    for only_one in [false, true] {
        let builder = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([root.clone()]);
        let builder = if only_one {
            builder.http1_only()
        } else {
            builder
        };
        http.client = builder.build().unwrap();
        assert_eq!(http.get("/healthz", "").await.body, b"ok");
    }
    // Plain HTTP on the same port is no use, and does no harm.
    let plain = Http::new(&address.replace("https", "http"));
    assert!(
        plain
            .client
            .get(format!("{}/healthz", plain.address))
            .send()
            .await
            .is_err()
    );
    assert_eq!(http.get("/healthz", "").await.status, 200);
    stop.send(()).unwrap();
    task.await.unwrap().unwrap();

    options.tls = Some((key, cert));
    let error = Server::bind(&options).await.err().unwrap();
    assert!(matches!(error, ServeError::Tls(_)), "{error}");
}
