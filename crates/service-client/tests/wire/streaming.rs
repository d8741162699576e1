use std::{io, time::Duration};

use bytes::Bytes;
use futures::{SinkExt, StreamExt, channel::mpsc, stream};
use service_client::{Call, CallContext, Cause, ClientError, Peers, Policy, Service};

use crate::peer::{Peer, quick, soon};

fn call() -> Call {
    Call::post(Service::Auth, ["photos"])
}

/// More than a peer's patience with a failing one.
const OFTEN: usize = 8;

async fn is_reached(peers: &Peers) {
    let answer = peers.send(&soon(), &Call::get(Service::Auth, ["x"])).await;
    answer.expect("the way is open");
}

#[tokio::test]
async fn a_body_arrives_piece_by_piece_in_its_order() {
    let auth = Peer::statuses([201]).await;
    let pieces = stream::iter(["one, ", "two, ", "three"]).map(|piece| Ok(Bytes::from(piece)));

    let answer = auth
        .called()
        .send_streaming(&soon(), &call(), pieces)
        .await
        .unwrap();

    assert_eq!(answer.status, 201);
    let heard = auth.heard();
    assert_eq!((heard.len(), &heard[0].body[..]), (1, &b"one, two, three"[..]));
    assert_eq!(heard[0].header("x-service-token"), Some("for-auth"));
    assert!(heard[0].header("x-request-timeout-ms").is_some());
}

#[tokio::test]
async fn it_is_sent_once_also_when_the_peer_fails() {
    let auth = Peer::statuses([503, 201]).await;
    let pieces = stream::iter([Ok(Bytes::from("photo"))]);
    let failed = auth.called().send_streaming(&soon(), &call(), pieces).await;
    assert!(matches!(
        failed,
        Err(ClientError::Unavailable {
            cause: Cause::Answered(503),
            ..
        })
    ));
    assert_eq!(auth.times_asked(), 1);
}

#[tokio::test]
async fn a_peer_that_fails_is_left_alone_by_bodies_too() {
    let auth = Peer::statuses([500]).await;
    let peers = auth.called();
    for _ in 0..OFTEN {
        let pieces = stream::iter([Ok(Bytes::from("photo"))]);
        peers.send_streaming(&soon(), &call(), pieces).await.unwrap_err();
    }
    assert_eq!(auth.times_asked(), 5);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_the_peers_fault() {
    let auth = Peer::statuses([200]).await;
    let peers = auth.called();
    for _ in 0..OFTEN {
        let broken = stream::iter([
            Ok(Bytes::from("half a photo")),
            Err(io::ErrorKind::UnexpectedEof.into()),
        ]);
        let failed = peers.send_streaming(&soon(), &call(), broken).await;
        assert!(matches!(
            failed,
            Err(ClientError::Unavailable {
                cause: Cause::Transport(_),
                ..
            })
        ));
    }
    is_reached(&peers).await;
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_not_the_peers_fault() {
    let auth = Peer::statuses([200]).await;
    let patience = Policy {
        fair_trial: Duration::ZERO,
        ..quick()
    };
    let peers = auth.called_with(patience);
    for _ in 0..OFTEN {
        let (mut sender, pieces) = mpsc::channel(1);
        sender.send(Ok(Bytes::from("half a photo"))).await.unwrap();
        let hasty = CallContext::within(Duration::from_millis(50));
        let failed = peers.send_streaming(&hasty, &call(), pieces).await;
        assert!(matches!(failed, Err(ClientError::DeadlineExceeded { .. })));
        drop(sender);
    }
    is_reached(&peers).await;
}
