//! A school in a temporary folder, its server, and what teachers and terminals do with it.

use std::path::{Path, PathBuf};

use hotaru_cloud::control::{self, Command};
use hotaru_cloud::folder::Folder;
use hotaru_cloud::serve::{Options, Server};
use hotaru_cloud::tls::Protection;
use hotaru_content::blob::BlobRef;
use hotaru_content::id::{ClassId, LessonId, MaterialId};
use hotaru_content::lesson::{Body, FORMAT, Material, Revision, Subject};
use hotaru_sync::wire::{
    self, ErrorBody, JoinAnswer, JoinRequest, Lessons, Publish, PublishAnswer, header,
};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio::sync::oneshot;

/// A class as `class add` prints it.
#[derive(Debug, Clone)]
pub struct Class {
    pub id: ClassId,
    pub name: String,
    pub code: String,
    pub teacher: String,
}

/// A folder with a school in it.
pub struct School {
    pub folder: tempfile::TempDir,
}

impl School {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        hotaru_cloud::init(folder.path(), "蛍小学校").await.unwrap();
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub async fn class(&self, name: &str) -> Class {
        let command = Command::ClassAdd {
            name: name.to_owned(),
            grade: "P6".to_owned(),
        };
        let lines = self.ask(command).await.unwrap();
        Class {
            name: name.to_owned(),
            id: lines[0]["class_id"].as_str().unwrap().parse().unwrap(),
            code: lines[0]["join_code"].as_str().unwrap().to_owned(),
            teacher: lines[0]["teacher_token"].as_str().unwrap().to_owned(),
        }
    }

    pub async fn ask(&self, command: Command) -> Result<Vec<Value>, control::ControlError> {
        let mut lines = Vec::new();
        control::run(&Folder::new(self.path()), command, |line| lines.push(line)).await?;
        Ok(lines)
    }

    pub async fn serve(&self) -> Running {
        Running::start(self.path()).await
    }
}

/// A school that serves, with one class.
pub async fn serving() -> (School, Class, Running) {
    let school = School::new().await;
    let class = school.class("6-1").await;
    let running = school.serve().await;
    (school, class, running)
}

/// A server in this process.
pub struct Running {
    pub http: Http,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl std::ops::Deref for Running {
    type Target = Http;
    fn deref(&self) -> &Http {
        &self.http
    }
}

impl Running {
    async fn start(data: &Path) -> Self {
        let options = Options {
            data: data.to_owned(),
            listen: "127.0.0.1:0".parse().unwrap(),
            protection: Protection::Auto,
        };
        let server = Server::bind(&options).await.unwrap();
        let http = Http::new(server.address());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            server
                .run(async { stopped.await.unwrap_or_default() })
                .await
                .unwrap();
        });
        Self { http, stop, task }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

/// A client of one server.
#[derive(Clone)]
pub struct Http {
    pub address: String,
    pub client: reqwest::Client,
}

/// A whole answer, whose protocol header was checked.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn parse<T: wire::Body>(&self) -> T {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        wire::parse(&self.body).unwrap()
    }

    /// The code of a failure, whose sentence was checked.
    pub fn code(&self) -> String {
        let error: ErrorBody = wire::parse(&self.body).unwrap();
        assert!(
            error.message.contains([';', ',']),
            "no next step: {}",
            error.message
        );
        error.code
    }
}

impl Http {
    pub fn new(address: &str) -> Self {
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            address: address.to_owned(),
            client,
        }
    }

    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{path}", self.address));
        if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        assert_eq!(headers.get("hotaru").unwrap(), "1");
        let body = response.bytes().await.unwrap().to_vec();
        Answer {
            status,
            headers,
            body,
        }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.request(Method::GET, path, token)).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Vec<u8>) -> Answer {
        self.send(self.request(Method::POST, path, token).body(body))
            .await
    }

    pub async fn delete(&self, path: &str, token: &str) -> Answer {
        self.send(self.request(Method::DELETE, path, token)).await
    }

    pub async fn join_as(&self, code: &str, number: u16, token: &str) -> Answer {
        let join = JoinRequest {
            key: None,
            known_pupil: None,
            code: code.to_owned(),
            number,
            terminal_name: "端末".to_owned(),
        };
        self.post(wire::path::JOIN, token, serde_json::to_vec(&join).unwrap())
            .await
    }

    /// Joins with a new terminal: what the school answered, and the token.
    pub async fn join(&self, class: &Class, number: u16) -> (JoinAnswer, String) {
        let answer: JoinAnswer = self.join_as(&class.code, number, "").await.parse();
        let token = answer.token.clone().unwrap().as_str().to_owned();
        (answer, token)
    }

    pub async fn patch(&self, token: &str, blob: BlobRef, offset: u64, bytes: &[u8]) -> Answer {
        let request = self
            .request(Method::PATCH, &wire::path::upload(&blob.id), token)
            .header(header::UPLOAD_OFFSET, offset)
            .header(header::UPLOAD_LENGTH, blob.len)
            .body(bytes.to_vec());
        self.send(request).await
    }

    pub async fn upload(&self, token: &str, bytes: &[u8]) -> BlobRef {
        let blob = BlobRef::of(bytes);
        let answer = self.patch(token, blob, 0, bytes).await;
        assert_eq!(
            answer.status,
            204,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        assert_eq!(answer.header(header::UPLOAD_COMPLETE), Some("?1"));
        blob
    }

    /// Uploads a revision's document and what it names, and publishes it to classes.
    pub async fn publish_to(
        &self,
        class: &Class,
        to: &[ClassId],
        revision: &Revision,
        send_at_ms: Option<i64>,
    ) -> Answer {
        let document = self
            .upload(&class.teacher, &revision.to_json().unwrap())
            .await;
        let publish = Publish {
            document,
            base_revision: revision.revision - 1,
            classes: to.to_vec(),
            groups: vec![],
            pupils: vec![],
            send_at_ms,
        };
        let body = serde_json::to_vec(&publish).unwrap();
        self.post(wire::path::PUBLISH, &class.teacher, body).await
    }

    pub async fn publish(&self, class: &Class, revision: &Revision) -> PublishAnswer {
        self.publish_to(class, &[class.id], revision, None)
            .await
            .parse()
    }

    pub async fn lessons(&self, token: &str, after: u64) -> Lessons {
        let answer = self.get(&wire::path::lessons(after), token).await;
        assert_eq!(answer.status, 200);
        wire::parse_framed(&answer.body).unwrap()
    }
}

/// The bytes of a text, uploaded.
pub async fn text(http: &Http, class: &Class, words: &str) -> Body {
    Body::Text {
        blob: http.upload(&class.teacher, words.as_bytes()).await,
    }
}

/// The first revision of a new lesson.
pub fn lesson(title: &str, bodies: Vec<Body>) -> Revision {
    // The school's day, wherever this runs.
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let today = hotaru_content::clock::in_japan(now_ms).date();
    Revision {
        format: FORMAT,
        lesson: LessonId::random().unwrap(),
        revision: 1,
        day: today,
        period: Some(2),
        subject: Subject::Science,
        unit: String::new(),
        title: title.to_owned(),
        curriculum_code: None,
        source: String::new(),
        expires: today.saturating_add(jiff::Span::new().days(30)),
        materials: bodies
            .into_iter()
            .map(|body| Material {
                id: MaterialId::random().unwrap(),
                title: String::new(),
                body,
            })
            .collect(),
    }
}

/// The next revision of a lesson, with other bodies in the same materials.
pub fn next(revision: &Revision, bodies: Vec<Body>) -> Revision {
    let mut next = revision.clone();
    next.revision += 1;
    for (material, body) in next.materials.iter_mut().zip(bodies) {
        material.body = body;
    }
    next
}

/// The real program.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_hotaru-cloud"))
}
