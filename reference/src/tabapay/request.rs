//! The request. The identifiers are in the path of the JSON service.

#![allow(
    non_snake_case,
    dead_code,
    reason = "named as on the wire; what no rule reads is typed all the same"
)]

records! { "urn:bridge:tabapay:account:2"
    /// What a body of SOAP holds.
    Body {
        updateAccount: UpdateAccount,
    }
    /// The whole request.
    UpdateAccount {
        clientId: String,
        subClientId: String,
        accountId: String,
        bank: Bank,
        card: Card,
        owner: Owner,
    }
    /// An account at a bank.
    Bank {
        routingNumber: String,
        accountNumber: String,
        accountType: String,
    }
    /// A card.
    Card {
        accountNumber: String,
        expirationDate: String,
    }
    /// Whose it is.
    Owner {
        name: Name,
        address: Address,
        phone: Phone,
    }
    /// A company or a person.
    Name {
        company: String,
        first: String,
        middle: String,
        last: String,
        suffix: String,
    }
    /// An address.
    Address {
        line1: String,
        line2: String,
        city: String,
        state: String,
        zipcode: String,
        country: String,
    }
    /// A telephone.
    Phone {
        countryCode: String,
        number: String,
    }
}
