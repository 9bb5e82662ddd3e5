//! A stand-in for services and for a collector of spans, which refuses everything and quotes what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use asl_value::json;

pub(crate) struct Cloud {
    pub(crate) url: String,
    /// The head and the body of each request.
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl Cloud {
    pub(crate) fn start() -> Cloud {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || answer(stream.unwrap(), &kept));
            }
        });
        Cloud { url, requests }
    }

    /// Whether a request had this.
    pub(crate) fn was_sent(&self, text: &str) -> bool {
        self.requests.lock().unwrap().iter().any(|(head, body)| head.contains(text) || body.contains(text))
    }

    /// The bodies of the requests to a path.
    pub(crate) fn bodies(&self, path: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|(head, _)| head.contains(path)).map(|(_, body)| body.clone()).collect()
    }
}

fn answer(mut stream: TcpStream, kept: &Mutex<Vec<(String, String)>>) {
    let mut requests = BufReader::new(stream.try_clone().unwrap());
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let begin = head.len();
            if requests.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
            let line = head[begin..].trim_end();
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        if requests.read_exact(&mut body).is_err() {
            return;
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        let quoted =
            json!({"__type": "InvalidSignatureException", "message": (format!("{head}{body}"))}).to_json();
        kept.lock().unwrap().push((head, body));
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n{quoted}",
            quoted.len()
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

pub(crate) fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = |chunk: &[u8]| {
        let bits = chunk.iter().chain(&[0, 0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let letter = |place: u32| char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]);
        (0..4).map(letter).take(chunk.len() + 1).collect::<String>()
    };
    text.as_bytes().chunks(3).map(letters).collect()
}
