//! The request. Booleans and numbers are text.

#![allow(
    non_snake_case,
    dead_code,
    reason = "named as on the wire; what no rule reads is typed all the same"
)]

use serde::{Deserialize, Serialize};
use yaserde::YaDeserialize;

use super::super::shape::{Shape, Shaped};

records! { "urn:bridge:stonex:account:1"
    /// What a body of SOAP holds.
    Body {
        updateAccount: UpdateAccount,
    }
    /// The whole request, and what may not be in it.
    UpdateAccount {
        accountNumber: String,
        entityNumber: String,
        main: Main,
        electronicDelivery: ElectronicDelivery,
        mailingAddress: Address,
        primaryOwner: Person,
        associatedParties: Parties,
        financialProfile: FinancialProfile,
        beneficiaries: Beneficiaries,
        registrationType: String,
        accountName: String,
    }
    /// The account itself.
    Main {
        repCode: String,
        proxyDisclosure: String,
        sweepIndicator: String,
        catAccountIdentifier: String,
        marginIndicator: String,
        optionTradingIndicator: String,
        optionTradingLevel: String,
    }
    /// What is sent by e-mail.
    ElectronicDelivery {
        email: String,
        statements: String,
        confirms: String,
        stonexCommunications: String,
        investorCommunications: String,
        prospectus: String,
        taxDocuments: String,
    }
    /// An address.
    Address {
        street: String,
        city: String,
        stateProvince: String,
        country: String,
        postalCode: String,
    }
    /// An owner or another party: those have a key, a role and a profile.
    Person {
        customerId: String,
        role: String,
        financialProfile: FinancialProfile,
        sourceOfFunds: Texts,
        otherSourceOfFund: String,
        firstName: String,
        middleName: String,
        lastName: String,
        suffix: String,
        citizenshipCountry: String,
        birthDate: String,
        email: String,
        legalAddress: Address,
        occupation: String,
        jobTitle: String,
        employerName: String,
        employerPhoneNumber: String,
        employerAddress: Address,
        taxIdType: String,
        taxIdNumber: String,
        governmentIdentification: GovernmentIdentification,
        phoneNumberCell: String,
        phoneNumberHome: String,
        phoneNumberBusiness: String,
        caisInformation: CaisInformation,
        trustedContact: TrustedContact,
        affiliation: Affiliation,
        maritalStatus: String,
        dependents: String,
    }
    /// What CAIS is told.
    CaisInformation {
        customerType: Texts,
        accountType: Texts,
        role: String,
    }
    /// Whom to ask.
    TrustedContact {
        name: String,
        relationship: String,
        phoneNumber: String,
        email: String,
        address: Address,
    }
    /// Who is related.
    Affiliation {
        political: String,
        relationship: String,
        name: String,
        organization: String,
        address: Address,
    }
    /// Income and aims.
    FinancialProfile {
        annualIncome: String,
        netWorth: String,
        liquidNetWorth: String,
        liquidityNeed: String,
        liquidityTime: String,
        taxBracket: String,
        investmentTimeHorizon: String,
        investmentProfile: String,
        investmentExperience: InvestmentExperience,
    }
    /// Experience by kind.
    InvestmentExperience {
        stocks: String,
        bonds: String,
        options: String,
        mutualFunds: String,
        annuities: String,
    }
    /// Who inherits.
    Beneficiary {
        primaryContingent: String,
        name: String,
        address: Address,
        birthDate: String,
        taxIdNumber: String,
        relationship: String,
        percentageAllocation: String,
    }
}

lists! { "urn:bridge:stonex:account:1"
    /// Texts.
    Texts of String,
    /// The other parties.
    Parties of Person,
    /// The beneficiaries.
    Beneficiaries of Beneficiary,
}

/// Its members are not documented.
#[derive(Clone, Debug, Default, Deserialize, Serialize, YaDeserialize)]
pub(crate) struct GovernmentIdentification {}

impl Shaped for GovernmentIdentification {
    const SHAPE: &'static Shape = &Shape::Open;
}
