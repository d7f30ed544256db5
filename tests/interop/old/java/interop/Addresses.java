package interop;

import java.net.URL;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The address in a contract, for stacks that read no WSDL when they run. */
final class Addresses {
    private Addresses() {
    }

    static String of(URL wsdl) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(wsdl.toString());
        return ((Element) document.getElementsByTagNameNS("*", "address").item(0)).getAttribute("location");
    }
}
