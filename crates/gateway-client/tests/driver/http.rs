//! What a machine asks over HTTP.

use hearth_gateway_client::machine::{
    HttpAnswer, HttpFailure, HttpId, HttpRequest, Input, Link, Method, Output,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{Near, run};

fn request(method: Method, url: &str) -> HttpRequest {
    HttpRequest { method, url: url.to_owned(), bearer: None, body: None }
}

fn ask(request: HttpRequest) -> Near {
    run(Link::default(), [Output::Http(HttpId(7), request)])
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/somewhere?x=1", listener.local_addr().unwrap());
    (listener, url)
}

/// Takes a request whose body is this long, and says this; the request.
async fn answer(listener: &TcpListener, body: usize, text: &str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut heard = Vec::new();
    loop {
        let head = heard.windows(4).position(|end| end == b"\r\n\r\n");
        if head.is_some_and(|head| heard.len() >= head + 4 + body) {
            break;
        }
        assert!(stream.read_buf(&mut heard).await.unwrap() > 0, "{}", String::from_utf8_lossy(&heard));
    }
    // Whoever does not want to hear more hangs up.
    let _ = stream.write_all(text.as_bytes()).await;
    String::from_utf8(heard).unwrap()
}

async fn answered(near: &mut Near) -> Result<HttpAnswer, HttpFailure> {
    match near.hears().await {
        Input::Http(HttpId(7), answer) => answer,
        other => panic!("no answer: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_carries_its_token_and_its_body_and_the_answer_what_matters_of_it() {
    let (listener, url) = listener().await;
    let body = r#"{"a":1}"#;
    let request = HttpRequest {
        bearer: Some("to.ken".into()),
        body: Some(body.into()),
        ..request(Method::Patch, &url)
    };
    let mut near = ask(request);
    let text = "HTTP/1.1 429 Slow Down\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}";
    let heard = answer(&listener, body.len(), text).await.to_lowercase();
    assert!(heard.starts_with("patch /somewhere?x=1 http/1.1\r\n"), "{heard}");
    assert!(heard.contains("authorization: bearer to.ken\r\n") && heard.ends_with(body), "{heard}");
    assert!(heard.contains("content-type: application/json\r\n"), "{heard}");
    let retry_after = Some(std::time::Duration::from_secs(7));
    assert_eq!(answered(&mut near).await, Ok(HttpAnswer { status: 429, body: "{}".into(), retry_after }));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (listener, url) = listener().await;
    let mut near = ask(request(Method::Get, &url));
    let text = format!("HTTP/1.1 302 Found\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n");
    let heard = answer(&listener, 0, &text).await.to_lowercase();
    assert!(!heard.contains("authorization") && !heard.contains("content-type"), "{heard}");
    assert_eq!(answered(&mut near).await.unwrap().status, 302);
}

#[tokio::test]
async fn an_answer_that_is_too_long_or_not_all_there_is_lost() {
    let long = "x".repeat(HttpAnswer::LONGEST + 1);
    let texts = [
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{long}", long.len()),
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345".to_owned(),
        "no http at all\r\n\r\n".to_owned(),
        String::new(),
    ];
    for text in texts {
        let (listener, url) = listener().await;
        let mut near = ask(request(Method::Post, &url));
        answer(&listener, 0, &text).await;
        assert!(matches!(answered(&mut near).await, Err(HttpFailure::Lost(_))));
    }
}

#[tokio::test]
async fn a_request_that_reached_nobody_is_known_to_be_unsent() {
    let (listener, url) = listener().await;
    drop(listener);
    for url in [url.as_str(), "http://["] {
        let answer = answered(&mut ask(request(Method::Post, url))).await;
        assert!(matches!(answer, Err(HttpFailure::Unsent(_))), "{url}: {answer:?}");
    }
}
