package dev.tollgate.testing.rules;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// One rule of the catalogue: what a client sends on a connection of its own, and what must then be seen.
///
/// In `bytes`, `~` stands for CRLF and `{key}` for a valid key's whole field line; everything else is sent as it is.
/// What is seen is one text, for instance `200 open, GET /api "abc"`: the final responses' statuses, whether another
/// request on the same connection is then answered, and the whole requests that reached the upstream, with those of
/// the rule's `fields` that they carry.
///
/// @param name in lower case, with hyphens
/// @param section where it is written
/// @param answers after how many final responses the connection is tried with another request
/// @param toHead whether the responses have no body
/// @param leaves whether the client goes away after its last byte, without reading
/// @param fields names of the fields of upstream requests that are looked at
/// @param expected what must be seen
public record Rule(
        String name,
        String section,
        String bytes,
        int answers,
        boolean toHead,
        boolean leaves,
        List<String> fields,
        String expected) {

    static Rule of(String name, String section, String bytes, String expected) {
        return new Rule(name, section, bytes, 1, false, false, List.of(), expected);
    }

    Rule answers(int count) {
        return new Rule(name, section, bytes, count, toHead, leaves, fields, expected);
    }

    Rule answersToHead() {
        return new Rule(name, section, bytes, answers, true, leaves, fields, expected);
    }

    Rule thenLeaves() {
        return new Rule(name, section, bytes, answers, toHead, true, fields, expected);
    }

    Rule lookingAt(String... names) {
        return new Rule(name, section, bytes, answers, toHead, leaves, List.of(names), expected);
    }

    /// What is sent.
    ///
    /// @param key a key that the server knows
    public byte[] sent(String key) {
        return bytes.replace("{key}", "X-Api-Key: " + key + "~")
                .replace("~", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
