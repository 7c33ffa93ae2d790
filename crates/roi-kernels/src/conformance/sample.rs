//! sample: vocabularies around a workgroup, equals, infinities, and logits that are not numbers.

use super::{Bench, ConformanceError, Numbers, unexpected};
use crate::ops::sample::{DecodeState, MAX_CANDIDATES, SampleError, candidates, greedy};
use crate::reference;

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for (name, logits) in inputs() {
        choose(bench, &name, &logits).await?;
        rank(bench, &name, &logits).await?;
    }
    faults(bench).await
}

fn inputs() -> Vec<(String, Vec<f32>)> {
    let mut inputs: Vec<(String, Vec<f32>)> = [1, 2, 63, 257, 1031, 32_011]
        .into_iter()
        .map(|count| {
            (
                format!("{count} logits"),
                Numbers::new(count as u64).take(count),
            )
        })
        .collect();
    // Few values, so that the last candidate has equals on both sides of the cut.
    let coarse = Numbers::new(13)
        .take(997)
        .iter()
        .map(|value| (value * 3.0).round())
        .collect();
    inputs.push(("997 logits with equals".to_owned(), coarse));
    inputs.push(("1009 equal logits".to_owned(), vec![-2.5; 1009]));
    inputs.push((
        "zeros of both signs".to_owned(),
        vec![-1.0, -0.0, 0.0, -0.0],
    ));
    let mut infinite = Numbers::new(14).take(313);
    infinite[7] = f32::NEG_INFINITY;
    infinite[300] = f32::INFINITY;
    inputs.push(("313 logits with infinities".to_owned(), infinite));
    inputs
}

async fn choose(bench: &mut Bench<'_>, name: &str, logits: &[f32]) -> Result<(), ConformanceError> {
    let case = bench.begin(format_args!("greedy of {name}"))?;
    let mut state = DecodeState::new(bench.device);
    state.set(11, 5);
    for advance in [7, 1] {
        let x = bench.tensor(logits, [1, logits.len()]);
        let token = greedy(x, &mut state, advance)
            .await
            .map_err(unexpected(&case))?;
        bench.same(&case, Some(token), reference::argmax::argmax(logits))?;
    }
    bench.same(
        &case,
        (state.position(), Some(state.token())),
        (19, reference::argmax::argmax(logits)),
    )
}

async fn rank(bench: &mut Bench<'_>, name: &str, logits: &[f32]) -> Result<(), ConformanceError> {
    for count in [1, 7, MAX_CANDIDATES] {
        let case = bench.begin(format_args!("{count} candidates of {name}"))?;
        let x = bench.tensor(logits, [1, logits.len()]);
        let found = candidates(x, count).await.map_err(unexpected(&case))?;
        let found: Vec<_> = found
            .iter()
            .map(|candidate| (candidate.id, candidate.logit))
            .collect();
        bench.same(&case, found, reference::top_k::top_k(logits, count))?;
    }
    Ok(())
}

/// One logit that is not a number spoils the choice, wherever it is, and the next choice is sound.
async fn faults(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for at in [0, 255, 256, 700] {
        let case = bench.begin(format_args!("a logit that is not a number at {at}"))?;
        let mut logits = Numbers::new(15).take(701);
        let sound = bench.tensor(&logits, [1, 701]);
        logits[at] = f32::NAN;
        let faulty = bench.tensor(&logits, [1, 701]);
        let mut state = DecodeState::new(bench.device);
        let chosen = greedy(faulty.clone(), &mut state, 1).await;
        bench.same(&case, matches!(chosen, Err(SampleError::NotANumber)), true)?;
        let ranked = candidates(faulty, 5).await;
        bench.same(&case, matches!(ranked, Err(SampleError::NotANumber)), true)?;
        state.set(3, 0);
        greedy(sound, &mut state, 1)
            .await
            .map_err(unexpected(&case))?;
        bench.same(&case, state.position(), 4)?;
    }
    Ok(())
}
