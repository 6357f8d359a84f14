//! Advertisements, and texts that a device tells.

use std::collections::BTreeMap;

use puffco::advertisement::{factory_name, recognise};
use puffco::firmware::Revision;
use puffco::gatt;
use puffco::link::Advertisement;
use puffco::model::{Product, Series};
use puffco::ulid::Ulid;
use uuid::Uuid;

use super::bytes::Bytes;

/// Whatever is advertised, it is told apart without a panic, and more evidence never makes it less likely.
pub fn advertisement(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let name = bytes.flag().then(|| String::from_utf8_lossy(bytes.some(40)).into_owned());
    let mut address = [0; 6];
    address.fill_with(|| bytes.byte());
    let address = bytes.flag().then_some(address);
    let known = [gatt::LORAX_SERVICE, gatt::LEGACY_SERVICE, gatt::PUP_SERVICE, gatt::OTA_SERVICE];
    let services: Vec<Uuid> = (0..bytes.byte() % 4)
        .map(|_| if bytes.flag() { *bytes.pick(&known) } else { Uuid::from_u128(u128::from(bytes.long())) })
        .collect();
    let mut manufacturer_data = BTreeMap::new();
    while !bytes.is_empty() {
        let company = bytes.word();
        manufacturer_data.insert(company, bytes.some(16).to_vec());
    }
    let heard = Advertisement { name, address, services, manufacturer_data, ..Advertisement::default() };
    let candidate = recognise(&heard);
    if let Some(given) = candidate.as_ref().and_then(|candidate| candidate.given_name.as_ref()) {
        assert!(!given.is_empty() && factory_name(given).is_none());
    }
    let certain = Advertisement { services: vec![gatt::LORAX_SERVICE], ..heard };
    assert!(
        recognise(&certain).is_some_and(|sure| {
            candidate.is_none_or(|candidate| candidate.likelihood <= sure.likelihood)
        })
    );
}

/// Revisions, identifiers and serial numbers: what is understood is written as it is understood.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(revision) = text.parse::<Revision>() {
        assert_eq!(revision.to_string().parse(), Ok(revision));
    }
    if let Ok(ulid) = text.parse::<Ulid>() {
        assert_eq!(ulid.to_string().parse(), Ok(ulid));
    }
    let code = data.first_chunk().map(|code| u32::from_le_bytes(*code));
    for named in [None, Some(Series::PeakPro), Some(Series::Proxy)] {
        let product = Product::identify(code, Some(&text), named);
        if let (Some(product), Some(known)) = (product, Product::from_serial(&text)) {
            assert_eq!(product.series, known.series);
        }
    }
}
