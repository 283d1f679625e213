package dev.tollgate.gateway.token;

import java.io.IOException;

/// Understands a published key set.
public interface KeyReader {

    /// The keys that can verify tokens; others are left out.
    ///
    /// @throws IOException when the document is no key set
    IssuerKeys read(byte[] document) throws IOException;
}
