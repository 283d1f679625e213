package dev.tollgate.schema.access.tenant;

import dev.tollgate.schema.contract.FieldRules;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs the tenant context that `tollgate.enter` checks: `tenant|epochSeconds|hex`, where the last part is
/// HMAC-SHA256 over the first two with the bar between them. The key is shared with the database
/// (`TOLLGATE_TENANT_CONTEXT_KEY`). Safe for use by several threads.
public final class TenantContextSigner {

    public static final int KEY_BYTES_MIN = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    public TenantContextSigner(byte[] key) {
        if (key.length < KEY_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "the tenant context key must have at least 32 bytes but has " + key.length);
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /// The signer of a key in hexadecimal, as settings hold it.
    public static TenantContextSigner fromHex(String hexKey) {
        try {
            return new TenantContextSigner(HexFormat.of().parseHex(hexKey));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the tenant context key must be hexadecimal, 32 bytes or more", e);
        }
    }

    /// A context that stands until `expiry`, in whole seconds, rounded down.
    public String sign(String tenantId, Instant expiry) {
        if (!FieldRules.isTenantId(tenantId)) {
            throw new IllegalArgumentException("no tenant can have the id " + tenantId);
        }
        String claim = tenantId + "|" + expiry.getEpochSecond();
        return claim + "|" + HexFormat.of().formatHex(hmac(claim));
    }

    private byte[] hmac(String claim) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(claim.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }
}
