package dev.tollgate.gateway.token.jose;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.tollgate.gateway.token.jose.Claims.FormException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.Map;

/// The parts of a token in compact form (RFC 7515, section 7.1), decoded and not yet judged.
///
/// @param signed what the signature is over
record SignedToken(Claims header, Claims claims, byte[] signed, byte[] signature) {

    /// @throws FormException when it is not header, claims and signature: each in base64url without padding, the first
    /// two JSON objects without repeated members
    static SignedToken parse(String token) throws FormException {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 1 || second < 0 || second == token.length() - 1 || !isBase64Url(token, first, second)) {
            throw new FormException("not three parts in base64url");
        }
        return new SignedToken(
                object("header", token.substring(0, first)),
                object("payload", token.substring(first + 1, second)),
                token.substring(0, second).getBytes(StandardCharsets.ISO_8859_1),
                decode("signature", token.substring(second + 1)));
    }

    private static boolean isBase64Url(String token, int first, int second) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || (c == '.' && (i == first || i == second));
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    private static Claims object(String part, String encoded) throws FormException {
        try {
            String json = new String(decode(part, encoded), StandardCharsets.UTF_8);
            // The library would take an array of pairs for an object.
            Map<String, Object> members = json.startsWith("{") ? JSONObjectUtils.parse(json) : null;
            if (members == null) {
                throw new FormException("the " + part + " does not begin as a JSON object");
            }
            return new Claims(members);
        } catch (ParseException notJson) {
            throw new FormException("the " + part + " is no JSON object, or has a member twice");
        }
    }

    private static byte[] decode(String part, String encoded) throws FormException {
        try {
            return Base64.getUrlDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            throw new FormException("the " + part + " is not base64url");
        }
    }
}
