//! A service over https. Whom the gateway trusts is said by its environment, so it runs as a process of its own.

use std::{path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use crate::{
    child::{Gateway, spawn},
    turn,
    wire::{asked, read_bytes},
};

/// An authority of our own, and what it vouches for.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn write_to(&self, path: &Path) {
        std::fs::write(path, self.0.pem()).unwrap();
    }

    /// A server at `localhost` that says `words` to each connection's first request.
    async fn server(&self, words: &'static str) -> String {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    if read_bytes(&mut stream, 1).await == 1 {
                        let answer = format!(
                            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{words}",
                            words.len()
                        );
                        let _ = stream.write_all(answer.as_bytes()).await;
                        read_bytes(&mut stream, usize::MAX).await;
                    }
                });
            }
        });
        format!("https://localhost:{port}")
    }
}

async fn answer_of(product: &str, trusted: &Path) -> String {
    let trusted = trusted.to_str().unwrap();
    let settings = [("SSL_CERT_FILE", trusted)];
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"), product, &settings).await;
    let request = "GET /v1/products HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n";
    asked(gateway.address, request).await.1
}

#[tokio::test]
async fn a_service_over_https_is_reached_when_its_certificate_is_good() {
    let _turn = turn().await;
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("authority.pem");
    let authority = Authority::new();
    authority.write_to(&trusted);

    let service = authority.server("words").await;
    let head = answer_of(&service, &trusted).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");

    let other_name = service.replace("localhost", "127.0.0.1");
    let head = answer_of(&other_name, &trusted).await;
    assert!(head.starts_with("HTTP/1.1 503"), "it is for another name: {head}");

    let stranger = Authority::new().server("words").await;
    let head = answer_of(&stranger, &trusted).await;
    assert!(head.starts_with("HTTP/1.1 503"), "nobody vouches for it: {head}");
}
