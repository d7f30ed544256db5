<?php
// Loads a WSDL; with a mode other than `load`, calls one operation with a UsernameToken and wants a success.
[, $wsdl, $mode, $operation, $arguments] = $argv;
$client = new SoapClient($wsdl, ['cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true]);
if ($mode === 'load') {
    $known = array_filter($client->__getFunctions(), fn ($signature) => str_contains($signature, " $operation("));
    exit($known ? 0 : "no operation $operation");
}
$wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
$type = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText';
$security = "<wsse:Security xmlns:wsse=\"$wsse\"><wsse:UsernameToken><wsse:Username>ops@example.com</wsse:Username>"
    . "<wsse:Password Type=\"$type\">not-a-real-secret</wsse:Password></wsse:UsernameToken></wsse:Security>";
$client->__setSoapHeaders(new SoapHeader($wsse, 'Security', new SoapVar($security, XSD_ANYXML), true));
// An rpc operation takes its parts one by one, a document operation all in one.
$given = json_decode($arguments);
$only = (array) $given;
$parts = isset($only[$operation . 'Request']) ? array_values($only) : [$given];
$answer = $client->__soapCall($operation, $parts);
if (($answer->status ?? null) != 1) {
    fwrite(STDERR, 'not a success: ' . json_encode($answer) . "\n");
    exit(1);
}
