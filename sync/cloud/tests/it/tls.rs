use hotaru_cloud::serve::{Options, ServeError, Server};
use hotaru_cloud::tls::Protection;

use hotaru_sync::client::http as client;
use hotaru_sync::http::{Exchange, LineFault, Method, Request};

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
        protection: Protection::Files(cert.clone(), key.clone()),
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

    options.protection = Protection::Files(key, cert);
    let error = Server::bind(&options).await.err().unwrap();
    assert!(matches!(error, ServeError::Tls(_)), "{error}");
}

/// A server without a public name, as a school has it: known by its key, whatever its address
/// and however often it starts, and by no other.
#[tokio::test]
async fn a_school_without_a_name_is_known_by_its_pin() {
    let school = School::new().await;
    let options = Options {
        data: school.path().to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        protection: Protection::Own,
    };
    let mut pins = Vec::new();
    for _ in 0..2 {
        let server = Server::bind(&options).await.unwrap();
        let address = server.address().to_owned();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async { stopped.await.unwrap_or_default() }));
        let (bare, pin) = address.split_once('#').unwrap();
        pins.push(pin.to_owned());
        assert_eq!(healthz(&address).await, Ok(200));
        assert_eq!(
            healthz(&address.replace("127.0.0.1", "localhost")).await,
            Ok(200)
        );
        // Without the pin, and with another's, nothing is sent.
        for other in [bare, &format!("{bare}#KX7P-3M9Q-ABCD-EFGH")] {
            let refused = healthz(other).await;
            assert!(
                matches!(refused, Err(LineFault::Intercepted(_))),
                "{other}: {refused:?}"
            );
        }
        stop.send(()).unwrap();
        task.await.unwrap().unwrap();
    }
    assert_eq!(pins[0], pins[1]);
    // Beyond this machine there is no plain HTTP, whoever forgets to say so.
    let beyond = Options {
        listen: "0.0.0.0:0".parse().unwrap(),
        protection: Protection::Auto,
        ..options
    };
    let server = Server::bind(&beyond).await.unwrap();
    let address = server.address();
    assert!(address.starts_with("https://0.0.0.0:"), "{address}");
    assert!(address.ends_with(&pins[0]), "{address}");
}

async fn healthz(address: &str) -> Result<u16, LineFault> {
    let line = client::Http::open(&client::Options::new(address)).unwrap();
    let mut flight = line.start(Request {
        method: Method::Get,
        path: "/healthz".to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        max_response: 100,
    });
    match flight.next().await {
        Some(Exchange::Head { status, .. }) => Ok(status),
        Some(Exchange::Failed(fault)) => Err(fault),
        other => panic!("{other:?}"),
    }
}
