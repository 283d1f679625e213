package dev.tollgate.ingest.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Numbers the sources of one batch from 0, by the bytes of their names, with one text for each source instead of one
/// for each event. One thread owns an instance.
final class SourceNames {

    private final List<String> names = new ArrayList<>();
    private final List<byte[]> bytes = new ArrayList<>();

    /// Numbers plus one by hash, 0 where there is none; at least half of it is empty.
    private final int[] table;

    /// @param namesMax how many sources there can be
    SourceNames(int namesMax) {
        table = new int[Integer.highestOneBit(Math.max(1, namesMax)) * 4];
    }

    int numberOf(byte[] ascii, int from, int length) {
        int at = hash(ascii, from, length) & table.length - 1;
        for (; table[at] != 0; at = at + 1 & table.length - 1) {
            byte[] known = bytes.get(table[at] - 1);
            if (Arrays.equals(known, 0, known.length, ascii, from, from + length)) {
                return table[at] - 1;
            }
        }
        bytes.add(Arrays.copyOfRange(ascii, from, from + length));
        names.add(new String(ascii, from, length, StandardCharsets.US_ASCII));
        table[at] = names.size();
        return names.size() - 1;
    }

    int numberOf(String name) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        return numberOf(ascii, 0, ascii.length);
    }

    /// By number.
    List<String> names() {
        return names;
    }

    private static int hash(byte[] ascii, int from, int length) {
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + ascii[i];
        }
        return hash ^ hash >>> 15;
    }
}
