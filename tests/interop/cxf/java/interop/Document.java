package interop;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;

/** A document of ../../../../attachments/contract.wsdl, with what the programs use of it. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Document", namespace = Document.NAMESPACE, propOrder = {"name", "data", "hex", "photo", "logo", "any"})
public final class Document {
    static final String NAMESPACE = "urn:documents";

    @XmlElement(namespace = Document.NAMESPACE)
    String name;
    @XmlElement(namespace = Document.NAMESPACE)
    byte[] data;
    // gSOAP writes these empty, though the contract has them optional.
    @XmlElement(namespace = Document.NAMESPACE)
    byte[] hex;
    @XmlElement(namespace = Document.NAMESPACE)
    byte[] photo;
    @XmlElement(namespace = Document.NAMESPACE)
    byte[] logo;
    @XmlElement(namespace = Document.NAMESPACE)
    byte[] any;
}
