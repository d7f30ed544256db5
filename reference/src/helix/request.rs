//! The request. Dates are text: each wire format has its own form of them.

#![allow(
    non_snake_case,
    dead_code,
    reason = "named as on the wire; what no rule reads is typed all the same"
)]

records! { "urn:bridge:helix:customer:1"
    /// What a body of SOAP holds.
    Body {
        updateCustomer: UpdateCustomer,
    }
    /// The whole request.
    UpdateCustomer {
        customerId: i32,
        firstName: String,
        middleName: String,
        lastName: String,
        suffix: String,
        birthDate: String,
        gender: String,
        culture: String,
        emailAddress: String,
        taxId: String,
        taxIdType: String,
        driversLicenseNumber: String,
        driversLicenseState: String,
        driversLicenseIssueDate: String,
        driversLicenseExpireDate: String,
        passportNumber: String,
        passportCountry: String,
        passportIssueDate: String,
        passportExpireDate: String,
        tag: String,
        industryClassificationCodeId: i32,
        businessLegalName: String,
        dba: String,
        legalEntityType: String,
        isTaxExempt: bool,
        isSubjectToBackupWithholding: bool,
        isOptedInToBankCommunication: bool,
        customField1: String,
        customField2: String,
        customField3: String,
        customField4: String,
        customField5: String,
        addresses: Addresses,
        phones: Phones,
    }
    /// An address.
    Address {
        addressType: String,
        addressLine1: String,
        addressLine2: String,
        addressLine3: String,
        addressLine4: String,
        city: String,
        state: String,
        postalCode: String,
        country: String,
        isActive: bool,
    }
    /// A telephone.
    Phone {
        phoneType: String,
        number: String,
        isActive: bool,
    }
}

lists! { "urn:bridge:helix:customer:1"
    /// The addresses.
    Addresses of Address,
    /// The telephones.
    Phones of Phone,
}
