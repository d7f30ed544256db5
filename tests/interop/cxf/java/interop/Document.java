package interop;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;

/** A document of ../../../../attachments/contract.wsdl, with what the programs use of it. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Document", namespace = Documents.NAMESPACE, propOrder = {"name", "data"})
public final class Document {
    @XmlElement(namespace = Documents.NAMESPACE)
    String name;
    @XmlElement(namespace = Documents.NAMESPACE)
    byte[] data;
}
