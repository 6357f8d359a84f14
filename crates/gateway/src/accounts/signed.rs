//! Signed tokens (JWT, HS256) that `/auth/login` gives (facts/other-gateways.md §3.3). Where their key is kept is in
//! [`super::key`].

use std::io;
use std::path::Path;
use std::time::Duration;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ring::hmac;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::Account;
use super::key::{self, SigningKey};

/// What a signed token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Purpose {
    /// Says who one is, for a quarter of an hour.
    Access,
    /// Is good for new access tokens only, for a week.
    Refresh,
    /// Says who one is, for a week: for a dialect whose clients cannot fetch a new one.
    Session,
}

impl Purpose {
    pub const fn lifetime(self) -> Duration {
        const MINUTE: u64 = 60;
        match self {
            Self::Access => Duration::from_secs(15 * MINUTE),
            Self::Refresh | Self::Session => Duration::from_secs(7 * 24 * 60 * MINUTE),
        }
    }
}

/// What a signed token says. Times are seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The account.
    pub sub: Uuid,
    /// Void from then on.
    pub exp: u64,
    /// When it was issued.
    pub iat: u64,
    /// The account's name when it was issued.
    pub username: String,
    /// What it is for.
    pub token_type: Purpose,
}

/// What a token of the i386chat dialect says (facts/other-gateways.md §1.2). It lasts until it is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UserClaims {
    /// Always `user`: there are no bots.
    #[serde(rename = "type")]
    pub kind: UserKind,
    /// The account's number.
    pub id: u64,
    /// When it was issued.
    pub iat: u64,
}

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum UserKind {
    User,
}

/// Signs tokens, and knows its own again.
pub(super) struct TokenSigner {
    sign: EncodingKey,
    verify: DecodingKey,
    validation: Validation,
}

impl TokenSigner {
    /// With the key of the data directory, which is made when there is none.
    pub fn in_directory(directory: &Path) -> io::Result<Self> {
        Ok(Self::new(&key::in_directory(directory)?))
    }

    /// With a key that ends with the program.
    pub fn ephemeral() -> Self {
        Self::new(&key::random())
    }

    fn new(key: &SigningKey) -> Self {
        // When somebody else has installed one, that one knows HS256 too.
        let _ = PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        // Time is compared below, with the clock that is passed in.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "sub"]);
        Self { sign: EncodingKey::from_secret(key), verify: DecodingKey::from_secret(key), validation }
    }

    /// A token for `account`; `None` when the cryptography fails, which it does not.
    pub fn issue(&self, account: &Account, purpose: Purpose, unix_ms: u64) -> Option<String> {
        // Tokens from before a revocation are void by the second: what comes after it says a later one.
        let iat = (unix_ms / 1000).max(account.signed_after_ms.div_ceil(1000));
        let claims = Claims {
            sub: account.id,
            exp: iat + purpose.lifetime().as_secs(),
            iat,
            username: account.username.clone(),
            token_type: purpose,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign);
        token.inspect_err(|error| tracing::error!(%error, "could not sign a token")).ok()
    }

    /// A token of the i386chat dialect for `account`; `None` as in [`TokenSigner::issue`].
    pub fn issue_user(&self, account: &Account, unix_ms: u64) -> Option<String> {
        let iat = (unix_ms / 1000).max(account.signed_after_ms.div_ceil(1000));
        let claims = UserClaims { kind: UserKind::User, id: account.number, iat };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign);
        token.inspect_err(|error| tracing::error!(%error, "could not sign a token")).ok()
    }

    /// What one of these says; `None` when it is somebody else's, changed, or of another kind.
    pub fn read_user(&self, token: &str) -> Option<UserClaims> {
        let mut validation = self.validation.clone();
        validation.required_spec_claims.clear();
        Some(jsonwebtoken::decode::<UserClaims>(token, &self.verify, &validation).ok()?.claims)
    }

    /// What one of its tokens says; `None` when it is somebody else's, changed, for another purpose or over.
    pub fn read(&self, token: &str, purpose: Purpose, unix_ms: u64) -> Option<Claims> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verify, &self.validation).ok()?.claims;
        (claims.token_type == purpose && unix_ms / 1000 < claims.exp).then_some(claims)
    }
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenSigner(…)")
    }
}

/// HS256 with ring, which the program has anyway for TLS. Nothing else is offered: a token cannot choose.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.as_bytes()))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.try_get_as_bytes()?))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(hmac::Key);

impl Hs256 {
    fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        hmac::verify(&self.0, message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    const NOW_MS: u64 = 1_700_000_000_000;

    fn ada() -> Account {
        Account { id: Uuid::from_u128(7), username: "ada".into(), ..Account::default() }
    }

    #[test]
    fn an_access_token_says_who_for_fifteen_minutes_and_the_others_for_a_week() {
        let signer = TokenSigner::ephemeral();
        for (purpose, other, minutes) in [
            (Purpose::Access, Purpose::Refresh, 15),
            (Purpose::Refresh, Purpose::Session, 7 * 24 * 60),
            (Purpose::Session, Purpose::Access, 7 * 24 * 60),
        ] {
            let token = signer.issue(&ada(), purpose, NOW_MS).unwrap();
            let claims = signer.read(&token, purpose, NOW_MS).unwrap();
            assert_eq!((claims.sub, claims.username.as_str()), (ada().id, "ada"));
            assert_eq!(claims.exp - claims.iat, minutes * 60);
            assert!(signer.read(&token, other, NOW_MS).is_none());
            assert!(signer.read(&token, purpose, NOW_MS + minutes * 60_000 - 1).is_some());
            assert!(signer.read(&token, purpose, NOW_MS + minutes * 60_000).is_none());
        }
    }

    #[test]
    fn the_claims_have_the_names_that_other_programs_read() {
        let token = TokenSigner::ephemeral().issue(&ada(), Purpose::Access, NOW_MS).unwrap();
        let parts: Vec<_> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
        let header: serde_json::Value = serde_json::from_slice(&parts[0]).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&parts[1]).unwrap();
        assert_eq!(header["alg"], "HS256");
        assert_eq!(
            claims,
            serde_json::json!({
                "sub": ada().id, "exp": 1_700_000_900, "iat": 1_700_000_000, "username": "ada", "token_type": "access"
            })
        );
    }

    #[test]
    fn a_token_of_i386chat_says_type_and_id_and_is_no_other_kind_of_token() {
        let signer = TokenSigner::ephemeral();
        let account = Account { number: 42, ..ada() };
        let token = signer.issue_user(&account, NOW_MS).unwrap();
        assert_eq!(
            signer.read_user(&token),
            Some(UserClaims { kind: UserKind::User, id: 42, iat: 1_700_000_000 })
        );
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, serde_json::json!({ "type": "user", "id": 42, "iat": 1_700_000_000 }));
        for purpose in [Purpose::Access, Purpose::Refresh, Purpose::Session] {
            assert!(signer.read(&token, purpose, NOW_MS).is_none());
            assert_eq!(signer.read_user(&signer.issue(&account, purpose, NOW_MS).unwrap()), None);
        }
        assert_eq!(TokenSigner::ephemeral().read_user(&token), None);
        assert_eq!(signer.read_user(&token[..token.len() - 4]), None);
    }

    #[test]
    fn changed_foreign_and_unsigned_tokens_are_nothing() {
        let signer = TokenSigner::ephemeral();
        let token = signer.issue(&ada(), Purpose::Access, NOW_MS).unwrap();
        assert!(TokenSigner::ephemeral().read(&token, Purpose::Access, NOW_MS).is_none());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (_, claims) = signed.split_once('.').unwrap();
        let header = |alg: &str| URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#));
        let unsigned = format!("{}.{claims}.", header("none"));
        let other_algorithm = format!("{}.{claims}.{signature}", header("HS512"));
        let public_key = format!("{}.{claims}.{signature}", header("RS256"));
        let cut = &token[..token.len() - 4];
        let forged = claims.replacen('0', "1", 1);
        let forged = format!("{}.{forged}x.{signature}", header("HS256"));
        for bad in [unsigned.as_str(), &other_algorithm, &public_key, cut, &forged, signed, "", "..", "a.b.c"]
        {
            assert!(signer.read(bad, Purpose::Access, NOW_MS).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_example_of_rfc_7515_verifies() {
        // RFC 7515, appendix A.1.
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                      eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = URL_SAFE_NO_PAD.decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert!(Hs256::new(&key).verify(signed.as_bytes(), &signature).is_ok());
    }
}
