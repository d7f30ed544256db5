package interop;

import jakarta.xml.bind.JAXBElement;
import java.net.URL;
import java.util.Map;
import javax.xml.namespace.QName;
import org.springframework.oxm.jaxb.Jaxb2Marshaller;
import org.springframework.ws.client.core.WebServiceTemplate;

/** JAXB as Spring-WS has it, which attaches octets where MTOM is enabled. */
final class Marshalling {
    private Marshalling() {
    }

    static Jaxb2Marshaller of(Class<?> type, boolean mtom) throws Exception {
        Jaxb2Marshaller marshaller = new Jaxb2Marshaller();
        marshaller.setClassesToBeBound(type);
        marshaller.setMappedClass(type);
        marshaller.setMtomEnabled(mtom);
        marshaller.afterPropertiesSet();
        return marshaller;
    }

    /** A client that attaches octets or not. It reads them with MTOM enabled: without, an answer by MTOM has none for it. */
    static WebServiceTemplate template(Map<String, String> settings, Class<?> type, boolean mtom) throws Exception {
        WebServiceTemplate template = new WebServiceTemplate(Client.factory(settings));
        template.setMarshaller(of(type, mtom));
        template.setUnmarshaller(of(type, true));
        template.setDefaultUri(Addresses.of(new URL(settings.get("WSDL_URL"))));
        return template;
    }

    @SuppressWarnings("unchecked")
    static JAXBElement<Object> element(String namespace, String name, Object value) {
        return new JAXBElement<>(new QName(namespace, name), (Class<Object>) value.getClass(), value);
    }
}
