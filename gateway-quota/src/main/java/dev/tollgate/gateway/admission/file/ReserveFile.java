package dev.tollgate.gateway.admission.file;

import dev.tollgate.gateway.admission.ReserveStore;
import dev.tollgate.gateway.admission.UsageBooking.Use;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The reserve store as one text file: a line of the format's version and the number of gateways, a line per row, and
/// a last line with the checksum of all before. A line's fields stand apart by tabs: tenant, policy, key, tokens,
/// presumed used, end, and the uses as `second:tokens` with commas between them.
///
/// A write makes a new file beside, lets it reach the disk, and renames it over the old one.
public final class ReserveFile implements ReserveStore {

    /// The file's name in its folder.
    public static final String NAME = "reserves";

    private static final String VERSION = "tollgate-reserves-1";
    private static final String CHECKSUM = "crc32c";
    private static final int FIELDS = 7;
    private static final Logger LOG = LoggerFactory.getLogger(ReserveFile.class);

    private final Path folder;
    private final Path file;
    private final Path fresh;

    /// @param folder of one gateway only; made when it is missing
    public ReserveFile(Path folder) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.fresh = folder.resolve(NAME + ".new");
    }

    @Override
    public Content take() {
        try {
            Files.createDirectories(folder);
            String text = Files.readString(file);
            Files.delete(file);
            sync(folder);
            return parse(text);
        } catch (NoSuchFileException none) {
            return Content.NONE;
        } catch (IOException failed) {
            throw new UncheckedIOException("the reserves in " + file + " cannot be taken", failed);
        } catch (IllegalArgumentException damaged) {
            LOG.warn("the reserves in {} are given up: {}", file, damaged.getMessage());
            return Content.NONE;
        }
    }

    @Override
    public void write(Content content) {
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(format(content).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException("the reserves cannot be written to " + file, failed);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String format(Content content) {
        StringBuilder text = new StringBuilder();
        text.append(VERSION).append('\t').append(content.gateways()).append('\n');
        for (Row row : content.rows()) {
            text.append(row.tenantId())
                    .append('\t')
                    .append(row.policy())
                    .append('\t')
                    .append(row.key())
                    .append('\t')
                    .append(row.tokens())
                    .append('\t')
                    .append(row.presumedUsed())
                    .append('\t')
                    .append(row.endsMs())
                    .append('\t');
            for (Use use : row.uses()) {
                text.append(use.epochSecond()).append(':').append(use.tokens()).append(',');
            }
            text.append('\n');
        }
        long checksum = checksum(text.toString());
        return text.append(CHECKSUM).append('\t').append(checksum).append('\n').toString();
    }

    private static Content parse(String text) {
        int end = text.lastIndexOf(CHECKSUM + '\t');
        if (end < 0 || !text.substring(end).equals(CHECKSUM + '\t' + checksum(text.substring(0, end)) + '\n')) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        String[] lines = text.substring(0, end).split("\n", -1);
        String[] head = lines[0].split("\t", -1);
        if (head.length != 2 || !head[0].equals(VERSION)) {
            throw new IllegalArgumentException("it is of another version");
        }
        List<Row> rows = new ArrayList<>(lines.length);
        for (int i = 1; i < lines.length - 1; i++) {
            rows.add(row(lines[i]));
        }
        return new Content(Integer.parseInt(head[1]), rows);
    }

    private static Row row(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("a line has " + fields.length + " fields");
        }
        List<Use> uses = new ArrayList<>();
        for (String use : fields[6].split(",", -1)) {
            if (!use.isEmpty()) {
                int colon = use.indexOf(':');
                uses.add(new Use(Long.parseLong(use.substring(0, colon)), Long.parseLong(use.substring(colon + 1))));
            }
        }
        return new Row(
                fields[0],
                fields[1],
                fields[2],
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]),
                uses);
    }

    private static long checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
