package dev.tollgate.gateway.token;

/// Why a token is refused: a label for metrics, and what the client is told, in the characters that RFC 6750 allows.
public enum TokenFault {
    TOO_LONG("the token is too long"),
    MALFORMED("the token is not a signed JWT"),
    ALGORITHM("the token's algorithm is not accepted"),
    CRITICAL_HEADER("the token has critical header parameters that are not understood"),
    TYPE("the token is of another type"),
    ISSUER("the token is from another issuer"),
    AUDIENCE("the token is for another audience"),
    EXPIRED("the token has expired"),
    NOT_YET_VALID("the token is not valid yet"),
    CLAIMS("a claim of the token is missing or not of the expected form"),
    UNKNOWN_KEY("the token is signed with an unknown key"),
    SIGNATURE("the token's signature is wrong"),
    UNKNOWN_TENANT("the token names no tenant");

    private final String description;

    TokenFault(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }
}
