package interop;

import jakarta.activation.DataHandler;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttachmentRef;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;

/** What refers to a part in ../../../contract/bound.wsdl. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Referring", namespace = Bound.NAMESPACE, propOrder = {"name", "document"})
public final class Referring {
    @XmlElement(namespace = Bound.NAMESPACE)
    String name;
    @XmlAttachmentRef
    @XmlElement(namespace = Bound.NAMESPACE)
    DataHandler document;
}
