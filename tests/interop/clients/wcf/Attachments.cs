// One call of `store` through Mono's WCF, by MTOM or not. What the environment means is told in ../../README.md.
using System;
using System.Linq;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Xml;

static class Attachments
{
    const string Contract = "urn:documents";

    static string Setting(string name) => Environment.GetEnvironmentVariable(name);

    static int Main()
    {
        var octets = new byte[50000];
        new Random(1).NextBytes(octets);
        try
        {
            var seen = Stored(octets);
            if (seen.SequenceEqual(octets))
                return 0;
            Console.Error.WriteLine("not so: the octets are those that were sent; seen: " + seen.Length);
        }
        catch (Exception wrong)
        {
            Console.Error.WriteLine(wrong.Message);
        }
        return 1;
    }

    static byte[] Stored(byte[] octets)
    {
        var envelope = Setting("SOAP_VERSION") == "1.2" ? EnvelopeVersion.Soap12 : EnvelopeVersion.Soap11;
        var version = MessageVersion.CreateVersion(envelope, AddressingVersion.None);
        var transport = new HttpTransportBindingElement { MaxReceivedMessageSize = 1 << 20 };
        var factory = new CustomBinding(Encoding(version), transport).BuildChannelFactory<IRequestChannel>();
        factory.Open();
        // What is left of the URL of the contract is the address.
        var channel = factory.CreateChannel(new EndpointAddress(Setting("WSDL_URL").Split('?')[0]));
        channel.Open();
        var answer = channel.Request(Message.CreateMessage(version, "urn:store", new Body(octets)), TimeSpan.FromSeconds(15));
        if (answer.IsFault)
            throw new InvalidOperationException(answer.ToString());
        var reader = answer.GetReaderAtBodyContents();
        reader.ReadToFollowing("data", Contract);
        return reader.ReadElementContentAsBase64();
    }

    static MessageEncodingBindingElement Encoding(MessageVersion version)
    {
        if (Setting("MTOM") == null)
            return new TextMessageEncodingBindingElement { MessageVersion = version };
        return new MtomMessageEncodingBindingElement { MessageVersion = version };
    }

    sealed class Body : BodyWriter
    {
        readonly byte[] octets;

        public Body(byte[] octets) : base(true)
        {
            this.octets = octets;
        }

        protected override void OnWriteBodyContents(XmlDictionaryWriter writer)
        {
            writer.WriteStartElement("d", "store", Contract);
            writer.WriteElementString("name", Contract, "a");
            writer.WriteStartElement("data", Contract);
            writer.WriteBase64(octets, 0, octets.Length);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
    }
}
