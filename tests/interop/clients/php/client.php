<?php
// One updateClient call through PHP's SoapClient. What the environment means is told in ../../README.md.
declare(strict_types=1);

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
const WSSE = WSS . 'wssecurity-secext-1.0.xsd';
const WSU = WSS . 'wssecurity-utility-1.0.xsd';

main(getenv('EXPECT') ?: 'success');

function main(string $expected): void
{
    $client = connect();
    try {
        $answer = $client->updateClient(sample());
    } catch (SoapFault $fault) {
        check_fault($expected, $fault, (string) $client->__getLastResponse());
        return;
    }
    match ($expected) {
        'success' => check_success($answer),
        'business-failure' => check_failure($answer),
        default => need(false, 'a wsse fault was expected', $answer),
    };
}

function connect(): SoapClient
{
    ini_set('default_socket_timeout', '15');
    $client = new SoapClient(getenv('WSDL_URL'), [
        'cache_wsdl' => WSDL_CACHE_NONE,
        'connection_timeout' => 15,
        'soap_version' => is_12() ? SOAP_1_2 : SOAP_1_1,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'trace' => true,
    ]);
    $client->__setSoapHeaders(security(getenv('SOAP_USER'), getenv('SOAP_PASSWORD'), getenv('MODE') === 'digest'));
    return $client;
}

function security(string $user, string $password, bool $digest): SoapHeader
{
    $nonce = random_bytes(16);
    $created = gmdate('Y-m-d\TH:i:s\Z');
    $secret = $digest ? base64_encode(sha1($nonce . $created . $password, true)) : $password;
    $type = WSS . 'username-token-profile-1.0#' . ($digest ? 'PasswordDigest' : 'PasswordText');
    $encoding = WSS . 'soap-message-security-1.0#Base64Binary';
    $prefix = is_12() ? 'env' : 'SOAP-ENV';
    $fresh = '<wsse:Nonce EncodingType="' . $encoding . '">' . base64_encode($nonce) . '</wsse:Nonce>'
        . '<wsu:Created>' . $created . '</wsu:Created>';
    $xml = '<wsse:Security xmlns:wsse="' . WSSE . '" xmlns:wsu="' . WSU . '" ' . $prefix . ':mustUnderstand="1">'
        . (getenv('TIMESTAMP') ? timestamp() : '') . '<wsse:UsernameToken><wsse:Username>' . htmlspecialchars($user, ENT_XML1) . '</wsse:Username>'
        . '<wsse:Password Type="' . $type . '">' . htmlspecialchars($secret, ENT_XML1) . '</wsse:Password>'
        . ($digest || getenv('NONCE') ? $fresh : '') . '</wsse:UsernameToken></wsse:Security>';
    return new SoapHeader(WSSE, 'Security', new SoapVar($xml, XSD_ANYXML));
}

function timestamp(): string
{
    [$created, $expires] = array_map(fn ($later) => gmdate('Y-m-d\TH:i:s\Z', time() + $later), [0, 300]);
    return "<wsu:Timestamp><wsu:Created>$created</wsu:Created><wsu:Expires>$expires</wsu:Expires></wsu:Timestamp>";
}

function is_12(): bool
{
    return getenv('SOAP_VERSION') === '1.2';
}

function sample(): array
{
    return json_decode(file_get_contents(getenv('SAMPLE')), true, 8, JSON_THROW_ON_ERROR);
}

function check_success(object $answer): void
{
    need($answer->status === 1, 'status is the integer 1', $answer->status);
    need(preg_match('/^\d{13}$/D', (string) $answer->requestId) === 1, 'requestId has 13 digits', $answer->requestId);
    $exact = getenv('EXPECT_REQUEST_ID');
    need($exact === false || $answer->requestId === (int) $exact, 'requestId is exact', $answer->requestId);
    need($answer->clientStatus === 'ACTIVE', 'clientStatus is ACTIVE', $answer->clientStatus ?? null);
    need(!isset($answer->errors), 'no errors', $answer->errors ?? null);
    $texts = array_map(fn ($warning) => $warning->message, $answer->warnings ?? []);
    $echoed = getenv('EXPECT_ECHO');
    need($echoed === false || $texts === [$echoed], 'the last name comes back', $texts);
}

function check_failure(object $answer): void
{
    need($answer->status === 0, 'status is the integer 0', $answer->status);
    need(preg_match('/^\d{13}$/D', (string) $answer->requestId) === 1, 'requestId has 13 digits', $answer->requestId);
    need(!isset($answer->clientStatus), 'no clientStatus', $answer->clientStatus ?? null);
    $errors = $answer->errors ?? [];
    need(count($errors) >= (int) (getenv('EXPECT_ERRORS') ?: 1), 'errors are listed', $errors);
    foreach ($errors as $error) {
        need(!empty($error->code) && !empty($error->message), 'each error has code and message', $error);
    }
}

function check_fault(string $expected, SoapFault $fault, string $wire): void
{
    need($expected === 'auth-fault', "$expected was expected", $fault->faultcode . ': ' . $fault->getMessage());
    $document = new DOMDocument();
    need($wire !== '' && $document->loadXML($wire), 'the fault is XML', $wire);
    // SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode.
    $codes = (new DOMXPath($document))->query("//faultcode | //*[local-name() = 'Subcode']/*[local-name() = 'Value']");
    need($codes->length > 0, 'the fault has a code of its own', $wire);
    $element = $codes->item(0);
    [$prefix, $name] = explode(':', trim($element->textContent)) + [1 => ''];
    need($element->lookupNamespaceURI($prefix) === WSSE, 'the fault code is in the wsse namespace', $wire);
    $known = ['FailedAuthentication', 'InvalidSecurityToken'];
    need(in_array($name, $known, true), 'the code says failed authentication', $name);
}

function need(bool $condition, string $what, mixed $seen): void
{
    if (!$condition) {
        fwrite(STDERR, "not so: $what; seen: " . json_encode($seen, JSON_UNESCAPED_UNICODE) . "\n");
        exit(1);
    }
}
