//! A terminal's keys: the one in force, and how it is renewed.
//!
//! All that a terminal decides about its keys is here, over what its disk keeps
//! ([`Renewal`]). Whoever carries it out makes it durable: a pending key before it is shown to
//! anybody, and a key in force before it signs alone.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use hotaru_content::id::TerminalId;
use hotaru_content::key::{PublicKey, SecretKey, Signature};
use hotaru_content::renewal::{Handover, MAX_HANDOVERS, Pending, Renewal};

use super::door::{Show, Wanted};
use super::{BadSigned, public};
use crate::wire::Rekey;

/// What is signed before the terminal and its two keys.
const DOMAIN: &[u8] = b"hotaru rekey 1\n";
/// Bytes of a step of a [`Chain`]: a key and a signature.
const STEP_LEN: usize = 96;

/// The keys of one terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// What signs its requests.
    pub key: SecretKey,
    /// The next one, and how this one came from those before.
    pub renewal: Renewal,
}

/// What a terminal does where the school did not take its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heed {
    /// It signs once more, and shows this.
    Sign(Show),
    /// The school has this key, which is the pending one: it puts it in force, and signs
    /// once more.
    Take(PublicKey),
}

impl Keys {
    /// A key that was never renewed.
    #[must_use]
    pub fn new(key: SecretKey) -> Self {
        Self {
            key,
            renewal: Renewal::default(),
        }
    }

    /// Makes a key the pending one, where there is none yet. It has to be on the disk before
    /// [`Keys::rekey`] is sent.
    pub fn prepare(&mut self, terminal: TerminalId, next: SecretKey) {
        if self.renewal.pending.is_some() {
            return;
        }
        let handover = handover(terminal, &self.key, public(&next));
        self.renewal.pending = Some(Pending {
            secret: next,
            handover,
        });
    }

    /// What the school is sent for the pending key to be put in force; none where there is
    /// none.
    #[must_use]
    pub fn rekey(&self, terminal: TerminalId) -> Option<Rekey> {
        let pending = self.renewal.pending.as_ref()?;
        let (former, key) = (public(&self.key), public(&pending.secret));
        let proof = sign(&pending.secret, &text(terminal, former, key));
        Some(Rekey { key, proof })
    }

    /// The school has put this key in force. False where it is not the pending one.
    pub fn take(&mut self, key: PublicKey) -> bool {
        self.renewal.take(&mut self.key, key)
    }

    /// What to do about a refused signature: none where nothing that this terminal has helps.
    #[must_use]
    pub fn heed(&self, wanted: Wanted) -> Option<Heed> {
        let known = match wanted {
            Wanted::Key => return Some(Heed::Sign(Show::Key)),
            Wanted::Above(_) => return Some(Heed::Sign(Show::Nothing)),
            Wanted::Known(known) => known,
        };
        let pending = self.renewal.pending.as_ref();
        if pending.is_some_and(|pending| pending.handover.key == known) {
            return Some(Heed::Take(known));
        }
        if known == public(&self.key) {
            // It was put in force while the request was under way.
            return Some(Heed::Sign(Show::Nothing));
        }
        let chain = Chain::from(known, &self.renewal.handovers)?;
        Some(Heed::Sign(Show::Handovers(chain)))
    }

    /// The newest key, which the school knows or can be shown the way to: the pending one
    /// where there is one. With it the handovers that lead to it.
    #[must_use]
    pub fn newest(&self) -> (&SecretKey, Vec<Handover>) {
        let mut handovers = self.renewal.handovers.clone();
        match &self.renewal.pending {
            None => (&self.key, handovers),
            Some(pending) => {
                handovers.push(pending.handover);
                (&pending.secret, handovers)
            }
        }
    }
}

/// The way from one key of a terminal to another: each key, signed by the one before. As text
/// it is base64url.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain(Vec<(PublicKey, Signature)>);

impl Chain {
    /// The way from a key on, along the newest handovers; none where they do not lead from it.
    #[must_use]
    pub fn from(known: PublicKey, handovers: &[Handover]) -> Option<Self> {
        let at = handovers.iter().rposition(|step| step.former == known)?;
        let steps = handovers.get(at..)?.iter();
        let chain: Vec<_> = steps.map(|step| (step.key, step.signature)).collect();
        (chain.len() <= MAX_HANDOVERS + 1).then_some(Self(chain))
    }

    /// Where it leads from a key that is known; none where a signature on the way does not
    /// fit, or a key comes twice.
    #[must_use]
    pub fn lead(&self, terminal: TerminalId, known: PublicKey) -> Option<PublicKey> {
        let mut at = known;
        let mut passed = vec![known];
        for (key, signature) in &self.0 {
            if passed.contains(key) || !verify(at, &text(terminal, at, *key), signature) {
                return None;
            }
            passed.push(*key);
            at = *key;
        }
        Some(at)
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(self.0.len() * STEP_LEN);
        for (key, signature) in &self.0 {
            bytes.extend_from_slice(&key.0);
            bytes.extend_from_slice(&signature.0);
        }
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Chain {
    type Err = BadSigned;

    fn from_str(text: &str) -> Result<Self, BadSigned> {
        // One more than is kept: the pending key's.
        if text.len() > (MAX_HANDOVERS + 1) * STEP_LEN * 4 / 3 {
            return Err(BadSigned);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadSigned)?;
        let (steps, rest) = bytes.as_chunks::<STEP_LEN>();
        if !rest.is_empty() {
            return Err(BadSigned);
        }
        let step = |step: &[u8; STEP_LEN]| {
            let (key, signature) = step.split_first_chunk::<32>()?;
            let signature = signature.try_into().ok()?;
            Some((PublicKey(*key), Signature(signature)))
        };
        let steps: Option<Vec<_>> = steps.iter().map(step).collect();
        Ok(Self(steps.ok_or(BadSigned)?))
    }
}

/// Whether a new key is the terminal's, after the one in force.
#[must_use]
pub fn is_proven(terminal: TerminalId, in_force: PublicKey, rekey: &Rekey) -> bool {
    let text = text(terminal, in_force, rekey.key);
    in_force != rekey.key && verify(rekey.key, &text, &rekey.proof)
}

fn handover(terminal: TerminalId, from: &SecretKey, key: PublicKey) -> Handover {
    let former = public(from);
    Handover {
        former,
        key,
        signature: sign(from, &text(terminal, former, key)),
    }
}

fn sign(key: &SecretKey, text: &[u8]) -> Signature {
    let key = SigningKey::from_bytes(key.as_bytes());
    Signature(key.sign(text).to_bytes())
}

fn verify(key: PublicKey, text: &[u8], signature: &Signature) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    VerifyingKey::from_bytes(&key.0).is_ok_and(|key| key.verify_strict(text, &signature).is_ok())
}

/// What both keys sign of a renewal: the former that it hands over, the new one that somebody
/// has it.
fn text(terminal: TerminalId, former: PublicKey, key: PublicKey) -> Vec<u8> {
    [DOMAIN, &terminal.0, &former.0, &key.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: TerminalId = TerminalId([4; 16]);

    fn secret(byte: u8) -> SecretKey {
        SecretKey::from_bytes([byte; 32])
    }

    fn known(byte: u8) -> PublicKey {
        public(&secret(byte))
    }

    fn renewed(keys: &mut Keys, next: u8) {
        keys.prepare(TERMINAL, secret(next));
        assert!(keys.take(known(next)));
    }

    #[test]
    fn a_new_key_is_proven_for_one_terminal_and_one_key_before() {
        let mut keys = Keys::new(secret(1));
        assert_eq!(keys.rekey(TERMINAL), None);
        keys.prepare(TERMINAL, secret(2));
        let rekey = keys.rekey(TERMINAL).unwrap();
        // It stays the one that was shown, however often it is asked for.
        keys.prepare(TERMINAL, secret(3));
        assert_eq!(keys.rekey(TERMINAL), Some(rekey));
        assert_eq!(rekey.key, known(2));
        assert!(is_proven(TERMINAL, known(1), &rekey));
        assert!(!is_proven(TERMINAL, known(3), &rekey));
        assert!(!is_proven(TerminalId([5; 16]), known(1), &rekey));
        let swapped = Rekey {
            key: known(3),
            ..rekey
        };
        assert!(!is_proven(TERMINAL, known(1), &swapped));
        // What the former key signed is no proof of the new one, nor the other way round.
        let signature = keys.renewal.pending.as_ref().unwrap().handover.signature;
        let handed = Rekey {
            proof: signature,
            ..rekey
        };
        assert!(!is_proven(TERMINAL, known(1), &handed));
        let own = Handover {
            former: known(1),
            key: known(2),
            signature: rekey.proof,
        };
        let chain = Chain::from(known(1), &[own]).unwrap();
        assert_eq!(chain.lead(TERMINAL, known(1)), None);
    }

    #[test]
    fn a_refused_terminal_does_what_helps_and_else_nothing() {
        let mut keys = Keys::new(secret(1));
        renewed(&mut keys, 2);
        renewed(&mut keys, 3);
        keys.prepare(TERMINAL, secret(4));
        assert_eq!(keys.heed(Wanted::Key), Some(Heed::Sign(Show::Key)));
        let nothing = Some(Heed::Sign(Show::Nothing));
        assert_eq!(keys.heed(Wanted::Above(9)), nothing);
        assert_eq!(keys.heed(Wanted::Known(known(3))), nothing);
        assert_eq!(
            keys.heed(Wanted::Known(known(4))),
            Some(Heed::Take(known(4)))
        );
        assert_eq!(keys.heed(Wanted::Known(known(9))), None);
        for (former, steps) in [(1, 2), (2, 1)] {
            let Some(Heed::Sign(Show::Handovers(chain))) = keys.heed(Wanted::Known(known(former)))
            else {
                panic!("it shows how its key came from {former}");
            };
            assert_eq!(chain.0.len(), steps);
            assert_eq!(chain.lead(TERMINAL, known(former)), Some(known(3)));
            assert_eq!(chain.lead(TERMINAL, known(9)), None);
            assert_eq!(chain.lead(TerminalId([5; 16]), known(former)), None);
            assert_eq!(chain.to_string().parse(), Ok(chain));
        }
        // Of an erasure: the newest key, whichever of them the school has.
        let (newest, handovers) = keys.newest();
        assert_eq!(newest, &secret(4));
        for former in 1..=3 {
            let chain = Chain::from(known(former), &handovers).unwrap();
            assert_eq!(chain.lead(TERMINAL, known(former)), Some(known(4)));
        }
    }

    #[test]
    fn a_chain_that_was_altered_leads_nowhere() {
        let mut keys = Keys::new(secret(1));
        for next in 2..=30 {
            renewed(&mut keys, next);
        }
        // Older ones are let go.
        assert_eq!(keys.heed(Wanted::Known(known(2))), None);
        let oldest = 30 - MAX_HANDOVERS as u8;
        let chain = Chain::from(known(oldest), &keys.renewal.handovers).unwrap();
        assert_eq!(chain.lead(TERMINAL, known(oldest)), Some(known(30)));
        assert_eq!(chain.to_string().parse(), Ok(chain.clone()));
        for step in 0..chain.0.len() {
            let mut altered = chain.clone();
            altered.0[step].1.0[7] ^= 1;
            assert_eq!(altered.lead(TERMINAL, known(oldest)), None);
            altered = chain.clone();
            altered.0[step].0 = known(99);
            assert_eq!(altered.lead(TERMINAL, known(oldest)), None);
        }
        let twice = Chain([chain.0.clone(), chain.0.clone()].concat());
        assert_eq!(twice.lead(TERMINAL, known(oldest)), None);
        assert_eq!(twice.to_string().parse::<Chain>(), Err(BadSigned));
        for bad in ["A", "AAAA", "é", &"A".repeat(4_000)] {
            assert_eq!(bad.parse::<Chain>(), Err(BadSigned), "{bad}");
        }
        assert_eq!("".parse(), Ok(Chain::default()));
    }
}
