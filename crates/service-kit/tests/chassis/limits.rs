use service_kit::harness::{Harness, Setup};

use crate::{bowls::SERVICE, reply::Ask};

fn tight() -> Setup {
    let names = ["USER_RATE", "USER_BURST", "ADDRESS_RATE", "ADDRESS_BURST"];
    let settings = names.into_iter().zip(["1", "3", "1", "3"]);
    settings.fold(Harness::of(SERVICE), |setup, (name, value)| {
        setup.setting(&format!("CRAFTCHAIN_{name}"), value)
    })
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let kiln = tight().start().await;
    let (maya, ravi) = (kiln.artisan().await, kiln.buyer().await);
    for left in ["2", "1", "0"] {
        let answer = kiln
            .get("/whoami")
            .bearer_auth(&maya.token)
            .ask()
            .await
            .expect(200);
        assert_eq!(answer.header("ratelimit-limit"), "3");
        assert_eq!(answer.header("ratelimit-remaining"), left);
    }
    let refused = kiln.get("/whoami").bearer_auth(&maya.token).ask().await;
    refused.expect_problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "1");
    kiln.get("/whoami")
        .bearer_auth(&ravi.token)
        .ask()
        .await
        .expect(200);
    kiln.get("/whoami").ask().await.expect(200); // addresses are counted apart from people
}

#[tokio::test]
async fn an_address_is_what_a_trusted_proxy_saw() {
    let kiln = tight().setting("CRAFTCHAIN_TRUSTED_HOPS", "1").start().await;
    let from = |chain: &str| kiln.get("/whoami").header("x-forwarded-for", chain.to_owned());
    for spoofed in ["1.1.1.1, 7.7.7.7", "2.2.2.2, 7.7.7.7", "7.7.7.7"] {
        from(spoofed).ask().await.expect(200);
    }
    from("3.3.3.3, 7.7.7.7")
        .ask()
        .await
        .expect_problem(429, "too_many_requests");
    from("7.7.7.7, 8.8.8.8").ask().await.expect(200);
    // One household has a whole /64 (RFC 6177).
    for address in ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::"] {
        from(address).ask().await.expect(200);
    }
    from("2001:db8::4")
        .ask()
        .await
        .expect_problem(429, "too_many_requests");
    from("2001:db8:0:1::4").ask().await.expect(200);
}

#[tokio::test]
async fn a_limit_of_zero_is_none() {
    let kiln = tight().setting("CRAFTCHAIN_ADDRESS_RATE", "0").start().await;
    for _ in 0..10 {
        let answer = kiln.get("/whoami").ask().await.expect(200);
        assert_eq!(answer.header("ratelimit-limit"), "");
    }
}

#[tokio::test]
async fn services_are_not_limited() {
    let kiln = tight().start().await;
    let token = kiln.service_token(service_client::Service::Product).await;
    for _ in 0..10 {
        kiln.get("/whoami")
            .header("x-service-token", &token)
            .ask()
            .await
            .expect(200);
    }
}
