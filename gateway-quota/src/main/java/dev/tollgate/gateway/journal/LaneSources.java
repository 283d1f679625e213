package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/// The names of a lane and of its sources, one per partition of the usage topic.
public final class LaneSources {

    /// 22 characters of 64 are 132 random bits.
    public static final int LANE_ID_CHARS = 22;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private LaneSources() {}

    /// `random` must be cryptographically strong outside tests.
    public static String newLaneId(RandomGenerator random) {
        StringBuilder id = new StringBuilder(LANE_ID_CHARS);
        for (int i = 0; i < LANE_ID_CHARS; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    public static boolean isLaneId(String text) {
        return text.length() == LANE_ID_CHARS && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    public static String sourceOf(String laneId, int partition) {
        return laneId + "." + partition;
    }

    /// All sources of the lane, in the order of their partitions.
    public static List<String> sourcesOf(String laneId) {
        List<String> sources = new ArrayList<>(Topics.PARTITIONS);
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            sources.add(sourceOf(laneId, partition));
        }
        return sources;
    }

    /// All sources of all these lanes.
    static List<String> sourcesOf(Collection<JournalLane> lanes) {
        return lanes.stream().flatMap(lane -> sourcesOf(lane.laneId()).stream()).toList();
    }
}
