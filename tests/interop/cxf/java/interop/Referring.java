package interop;

import jakarta.activation.DataHandler;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttachmentRef;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;

/** What refers to a part in ../../../contract/bound.wsdl. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Referring", namespace = Referring.NAMESPACE, propOrder = {"name", "document"})
public final class Referring {
    static final String NAMESPACE = "urn:bound";

    @XmlElement(namespace = Referring.NAMESPACE)
    String name;
    @XmlAttachmentRef
    @XmlElement(namespace = Referring.NAMESPACE)
    DataHandler document;
}
