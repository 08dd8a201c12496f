use std::sync::Arc;
#[tokio::main]
async fn main() {
    let api = std::env::args().nth(1).unwrap();
    let keys = shopsim::Keys {
        secret: std::env::args().nth(2).unwrap_or("sk".into()),
        publishable: std::env::args().nth(3).unwrap_or("pk".into()),
    };
    let client = shopsim::Client::new(&api, keys, shopsim::Clock::system()).unwrap();
    let shop = Arc::new(shopsim::DemoShop::generate(1));
    let people = shopsim::Population::generate(1, 1500);
    match shopsim::seed_catalogue(&client, &shop).await {
        Ok(n) => eprintln!("{n} products"),
        Err(e) => eprintln!("{e:?}"),
    }
    let started = tokio::time::Instant::now();
    match shopsim::simulate_past(&client, &shop, &people, Default::default()).await {
        Ok(n) => eprintln!("{n:?} in {:?}", started.elapsed()),
        Err(e) => eprintln!("{e:?}"),
    }
    let state = shopsim::StorefrontState::new(client.clone(), Arc::clone(&shop));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:18080").await.unwrap();
    tokio::spawn(async move {
        loop {
            let started = tokio::time::Instant::now();
            let r = shopsim::run_live_visitors(
                &client,
                &shop,
                &people,
                Default::default(),
                tokio::time::sleep(std::time::Duration::from_secs(20)),
            )
            .await;
            eprintln!("{r:?} {:?}", started.elapsed());
        }
    });
    axum::serve(listener, shopsim::router(state)).await.unwrap();
}
