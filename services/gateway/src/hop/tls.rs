//! Services that are reached over https, as those on Cloud Run are.

use std::{cell::OnceCell, io, sync::Arc};

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, crypto::aws_lc_rs, pki_types::ServerName},
};

/// Whom to trust: this machine's authorities, or those that `SSL_CERT_FILE` names. Read once, when first needed.
#[derive(Default)]
pub(super) struct Trust(OnceCell<Arc<ClientConfig>>);

/// TLS with one server.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    #[error("its host is no name that a certificate could have")]
    Name,
    #[error("no TLS: {0}")]
    Config(#[from] tokio_rustls::rustls::Error),
}

impl Trust {
    fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Some(known) = self.0.get() {
            return Ok(known.clone());
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(self.0.get_or_init(|| Arc::new(config)).clone())
    }
}

impl Tls {
    pub(super) fn to(host: &str, trust: &Trust) -> Result<Self, TlsError> {
        Ok(Self {
            connector: trust.config()?.into(),
            name: ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Name)?,
        })
    }

    pub(super) async fn shake_hands(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), stream).await
    }
}
