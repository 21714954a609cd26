//! What `nmstatectl gc` makes of desired states. Input: a JSON list of texts in YAML. Output: for each of them, its keyfiles
//! by name, or its error.
use std::{collections::BTreeMap, io};

use nmstate::{NetworkState, NmstateError};

fn keyfiles(state: &str) -> Result<BTreeMap<String, String>, NmstateError> {
    let mut written = NetworkState::new_from_yaml(state)?.gen_conf()?;
    Ok(written.remove("NetworkManager").unwrap_or_default().into_iter().collect())
}

fn main() -> Result<(), serde_json::Error> {
    let states: Vec<String> = serde_json::from_reader(io::stdin())?;
    let answers: Vec<_> = states
        .iter()
        .map(|state| keyfiles(state).map_err(|error| error.to_string()))
        .collect();
    serde_json::to_writer(io::stdout(), &answers)
}
