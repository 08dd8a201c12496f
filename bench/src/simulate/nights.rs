//! What happens at midnight: models are trained on all that is known, as the schedule does it.

use app::{Caller, TrainError, TrainOptions};

use super::stage::Stage;

/// The generators that are trained.
const TRAINED: [&str; 1] = ["item_neighbors"];

/// Trains every generator, ends trials that have lasted long enough, and lets the models decide.
///
/// # Errors
///
/// When training fails; that there is too little to learn from is no failure.
pub(super) async fn train(stage: &Stage) -> anyhow::Result<()> {
    let app = &stage.shop.app;
    app.end_trials().await?;
    for generator in TRAINED {
        match app.train(&Caller::command(), TrainOptions::of(generator)).await {
            Ok(_) | Err(TrainError::TooLittle { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(app.refresh_models().await?)
}
