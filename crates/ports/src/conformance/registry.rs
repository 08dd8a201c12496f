//! What every adapter of [`Registry`] must keep, line by line of its contract.

use domain::Timestamp;

use crate::{ModelRecord, PortError, Registry, Stage, StageChange};

/// Checks an adapter. `open` opens the same registry each time, which is empty at first; what it
/// opened before was dropped by then.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_registry<R: Registry>(open: impl AsyncFn() -> Result<R, PortError>) {
    let registry = open().await.expect("an empty registry opens");
    models_are_added_once_and_answered_newest_first(&registry).await;
    stages_change_together_or_not_at_all(&registry).await;
    removed_models_are_gone(&registry).await;

    let before = registry.models().await.expect("reads");
    drop(registry);
    let reopened = open().await.expect("a used registry opens");
    assert_eq!(reopened.models().await.expect("reads"), before, "an answered write is durable");
}

async fn models_are_added_once_and_answered_newest_first(registry: &impl Registry) {
    assert_eq!(registry.models().await.expect("reads"), [], "a new registry has no models");
    for n in [1, 10, 2] {
        registry.add_model(model(n)).await.expect("adds");
    }
    let again = ModelRecord { reason: "again".to_owned(), ..model(10) };
    registry.add_model(again).await.expect_err("an id that exists is refused");
    let models = registry.models().await.expect("reads");
    assert_eq!(models, [model(2), model(10), model(1)], "the newest first, unchanged");
}

async fn stages_change_together_or_not_at_all(registry: &impl Registry) {
    let live = change(1, Stage::Live, 0);
    let stages = [Stage::Refused, Stage::Retired, Stage::Candidate, Stage::Live];
    for stage in stages {
        registry.change_stages(vec![change(1, stage, 0)]).await.expect("changes");
        let found = find(registry, 1).await;
        assert_eq!(found, changed(model(1), &change(1, stage, 0)), "a stage is what was said last");
    }
    let with_unknown = vec![change(2, Stage::Live, 0), change(7, Stage::Live, 0)];
    registry.change_stages(with_unknown).await.expect_err("an unknown model refuses all");
    assert_eq!(find(registry, 2).await, model(2), "nothing is changed by what was refused");

    let canary = change(2, Stage::Canary, 5);
    let retired = change(1, Stage::Retired, 0);
    registry.change_stages(vec![canary.clone(), retired.clone()]).await.expect("changes");
    assert_eq!(find(registry, 2).await, changed(model(2), &canary), "with its share");
    let first = changed(changed(model(1), &live), &retired);
    assert_eq!(find(registry, 1).await, first, "together with it");
    let order: Vec<String> =
        registry.models().await.expect("reads").into_iter().map(|it| it.id).collect();
    assert_eq!(order, ["m-2", "m-10", "m-1"], "changes do not move models");
}

async fn removed_models_are_gone(registry: &impl Registry) {
    let ids = vec!["m-10".to_owned(), "never".to_owned()];
    registry.remove_models(ids).await.expect("removes, whether or not it is there");
    let ids: Vec<String> =
        registry.models().await.expect("reads").into_iter().map(|it| it.id).collect();
    assert_eq!(ids, ["m-2", "m-1"]);
}

async fn find(registry: &impl Registry, n: i64) -> ModelRecord {
    let models = registry.models().await.expect("reads");
    models.into_iter().find(|it| it.id == format!("m-{n}")).expect("it was added")
}

fn changed(model: ModelRecord, change: &StageChange) -> ModelRecord {
    ModelRecord {
        stage: change.stage,
        canary_percent: change.canary_percent,
        change_time: change.time,
        reason: change.reason.clone(),
        ..model
    }
}

fn change(n: i64, stage: Stage, canary_percent: u8) -> StageChange {
    StageChange {
        id: format!("m-{n}"),
        stage,
        canary_percent,
        time: Timestamp::from_secs(100 + n),
        reason: format!("it is {stage:?} now ☂"),
    }
}

fn model(n: i64) -> ModelRecord {
    ModelRecord {
        id: format!("m-{n}"),
        generator: "item_neighbors".to_owned(),
        stage: Stage::Candidate,
        canary_percent: 0,
        create_time: Timestamp::from_secs(n),
        change_time: Timestamp::from_secs(n),
        reason: String::new(),
        artifact: format!("models/m-{n}.model"),
        checksum: "00ff".repeat(16),
        n_bytes: u64::from(u32::MAX) + 1,
        lineage: r#"{"seed":1,"name":"Läderwerk"}"#.to_owned(),
    }
}
