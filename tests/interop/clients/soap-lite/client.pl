#!/usr/bin/env perl
# One updateClient call through SOAP::Lite. What the environment means is told in ../../README.md.
use strict;
use warnings;
use utf8;
use Digest::SHA qw(sha1_base64);
use JSON::PP;
use LWP::UserAgent;
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);
use SOAP::Lite;

my $wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
my $wsse = "${wss}wssecurity-secext-1.0.xsd";
my $wsu = "${wss}wssecurity-utility-1.0.xsd";
my $soap12 = ($ENV{SOAP_VERSION} // '') eq '1.2';
my $expected = $ENV{EXPECT} // 'success';

my $soap = connected();
my $som = $soap->call(SOAP::Data->name('sch:updateClient'), request(), header());
my $wire = $soap->transport->http_response->decoded_content(charset => 'none') // '';
if (!ref $som) {
    need(0, 'the answer is SOAP', $soap->transport->status);
} elsif ($som->fault) {
    check_fault();
} elsif ($expected eq 'success') {
    check_success($som->result);
} elsif ($expected eq 'business-failure') {
    check_failure($som->result);
} else {
    need(0, 'a wsse fault was expected', $wire);
}

# All that is taken from the contract is the address: SOAP::Lite reads no binding of SOAP 1.2, and what it makes of one of
# SOAP 1.1 is rpc/encoded. The program says what to write.
sub connected {
    my $contract = LWP::UserAgent->new(timeout => 15)->get($ENV{WSDL_URL})->decoded_content // '';
    my ($address) = $contract =~ /address\s[^>]*location=["']([^"']+)/;
    need(defined $address, 'the contract has an address', $contract);
    my $soap = SOAP::Lite->soapversion($soap12 ? '1.2' : '1.1')->proxy($address, timeout => 15);
    $soap->autotype(0)->readable(0)->ns('schema.bancbox.com', 'sch')->on_action(sub { '""' });
    $soap->serializer->encodingStyle('');
    return $soap;
}

sub request {
    open my $file, '<:raw', $ENV{SAMPLE} or die "$ENV{SAMPLE}: $!";
    local $/;
    # In the order of the contract, which JSON::PP does not keep.
    my $given = JSON::PP->new->utf8->decode(scalar <$file>);
    my @names = qw(subscriberId clientId firstName lastName middleInitial ssn dob address homePhone mobilePhone workPhone
        email username);
    return SOAP::Data->name('updateClientRequest')->value(\SOAP::Data->value(members($given, @names)));
}

# A value without a type is written as it is, so that the program has to escape it.
sub members {
    my ($given, @names) = @_;
    my %inner = (clientId => [qw(bancBoxId subscriberReferenceId)], address => [qw(line1 line2 city state zipcode)]);
    return map {
        my $value = $given->{$_};
        ref $value
            ? SOAP::Data->name($_)->value(\SOAP::Data->value(members($value, @{$inner{$_}})))
            : SOAP::Data->name($_)->value(SOAP::Utils::encode_data($value))
    } grep { exists $given->{$_} } @names;
}

sub header {
    my $nonce = join '', map { chr int rand 256 } 1 .. 16;
    my $created = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime);
    my $digest = $ENV{MODE} eq 'digest';
    my $secret = $digest ? padded(sha1_base64($nonce . $created . $ENV{SOAP_PASSWORD})) : $ENV{SOAP_PASSWORD};
    my $type = "${wss}username-token-profile-1.0#" . ($digest ? 'PasswordDigest' : 'PasswordText');
    my $fresh = qq(<wsse:Nonce EncodingType="${wss}soap-message-security-1.0#Base64Binary">)
        . encode_base64($nonce, '') . "</wsse:Nonce><wsu:Created>$created</wsu:Created>";
    my $token = '<wsse:UsernameToken><wsse:Username>' . SOAP::Utils::encode_data($ENV{SOAP_USER}) . '</wsse:Username>'
        . qq(<wsse:Password Type="$type">) . SOAP::Utils::encode_data($secret) . '</wsse:Password>'
        . ($digest || $ENV{NONCE} ? $fresh : '') . '</wsse:UsernameToken>';
    my $stamp = $ENV{TIMESTAMP} ? timestamp() : '';
    my $open = qq(<wsse:Security xmlns:wsse="$wsse" xmlns:wsu="$wsu" soap:mustUnderstand="1">);
    # What is of this type is written as it is, without the name and the attributes of the header.
    return SOAP::Header->type(xml => "$open$stamp$token</wsse:Security>");
}

sub timestamp {
    my ($created, $expires) = map { strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_)) } 0, 300;
    return "<wsu:Timestamp><wsu:Created>$created</wsu:Created><wsu:Expires>$expires</wsu:Expires></wsu:Timestamp>";
}

sub padded {
    my ($text) = @_;
    return $text . '=' x (-length($text) % 4);
}

sub check_success {
    my ($answer) = @_;
    need($answer->{status} eq '1', 'status is 1', $answer->{status});
    need($answer->{requestId} =~ /^\d{13}$/, 'requestId has 13 digits', $answer->{requestId});
    my $exact = $ENV{EXPECT_REQUEST_ID};
    need(!defined $exact || $answer->{requestId} eq $exact, 'requestId is exact', $answer->{requestId});
    need(($answer->{clientStatus} // '') eq 'ACTIVE', 'clientStatus is ACTIVE', $answer->{clientStatus});
    need(!exists $answer->{errors}, 'no errors', $wire);
    my $texts = join '|', map { $_->{message} } $som->valueof('//return/warnings');
    my $echoed = $ENV{EXPECT_ECHO};
    utf8::decode($echoed) if defined $echoed;
    need(!defined $echoed || $texts eq $echoed, 'the last name comes back', $texts);
}

sub check_failure {
    my ($answer) = @_;
    need($answer->{status} eq '0', 'status is 0', $answer->{status});
    need($answer->{requestId} =~ /^\d{13}$/, 'requestId has 13 digits', $answer->{requestId});
    need(!exists $answer->{clientStatus}, 'no clientStatus', $wire);
    # Of elements that repeat, a hash has the last one alone: each is found by its path.
    my @errors = $som->valueof('//return/errors');
    need(@errors >= ($ENV{EXPECT_ERRORS} // 1), 'errors are listed', $wire);
    need($_->{code} && $_->{message}, 'each error has code and message', $wire) for @errors;
}

sub check_fault {
    need($expected eq 'auth-fault', "$expected was expected", $wire);
    # SOAP 1.1 has the code in faultcode, SOAP 1.2 in the Value of a Subcode.
    my ($code) = $soap12 ? $wire =~ m{Subcode[^>]*>\s*<(?:\w+:)?Value[^>]*>\s*([^<\s]+)} : $wire =~ m{<faultcode[^>]*>\s*([^<\s]+)};
    need(defined $code, 'the fault has a code of its own', $wire);
    my ($prefix, $name) = split /:/, $code;
    need($wire =~ /xmlns:\Q$prefix\E=["']\Q$wsse\E["']/, 'the fault code is in the wsse namespace', $wire);
    need($name =~ /^(?:FailedAuthentication|InvalidSecurityToken)$/, 'the code says failed authentication', $name);
}

sub need {
    my ($condition, $what, $seen) = @_;
    return if $condition;
    $seen = defined $seen ? $seen =~ s/\s+/ /gr : 'nothing';
    utf8::encode($seen) if utf8::is_utf8($seen);
    print STDERR "not so: $what; seen: $seen\n";
    exit 1;
}
