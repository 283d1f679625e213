package dev.tollgate.gateway.token.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.tollgate.gateway.token.IssuerKeys;
import dev.tollgate.gateway.token.KeyReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a JSON Web Key Set (RFC 7517). Keys that it does not understand, or that cannot verify tokens, are left out,
/// as the RFC wants it; shared secrets are never taken.
public final class JwkSet implements KeyReader {

    private static final Logger log = LoggerFactory.getLogger(JwkSet.class);

    @Override
    public IssuerKeys read(byte[] document) throws IOException {
        try {
            Map<String, Object> set = JSONObjectUtils.parse(new String(document, StandardCharsets.UTF_8));
            Map<String, Object>[] published = set == null ? null : JSONObjectUtils.getJSONObjectArray(set, "keys");
            if (published == null) {
                throw new IOException("the document has no member keys");
            }
            if (published.length > IssuerKeys.KEYS_MAX) {
                throw new IOException("the document has more than " + IssuerKeys.KEYS_MAX + " keys");
            }
            List<JoseKey> usable = new ArrayList<>();
            for (Map<String, Object> each : published) {
                key(each).ifPresent(usable::add);
            }
            return new IssuerKeys(usable);
        } catch (ParseException notASet) {
            throw new IOException("the document is no JSON Web Key Set: " + notASet.getMessage(), notASet);
        }
    }

    private static Optional<JoseKey> key(Map<String, Object> published) {
        try {
            Optional<JoseKey> key = JoseKey.of(JWK.parse(published));
            if (key.isEmpty()) {
                log.debug("the issuer's key {} cannot verify tokens", published.get("kid"));
            }
            return key;
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException notUnderstood) {
            log.debug("the issuer's key {} is not understood: {}", published.get("kid"), notUnderstood.getMessage());
            return Optional.empty();
        }
    }
}
