package dev.tollgate.gateway.admin;

/// What a write answers, and what it answers when it comes again. The two differ where a secret is shown once.
///
/// @param body JSON; empty for none
/// @param repeatedBody is stored: never holds a secret
public record Made(int status, String body, int repeatedStatus, String repeatedBody) {

    public static Made of(int status, String body) {
        return new Made(status, body, status, body);
    }
}
