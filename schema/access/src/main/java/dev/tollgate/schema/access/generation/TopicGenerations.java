package dev.tollgate.schema.access.generation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// Numbers the topics that have had one name: 1 for the first, one more each time it was created anew. Kafka
/// tells them apart by the topic's id; offsets of different generations never mix.
public final class TopicGenerations {

    private TopicGenerations() {}

    /// The generation of the topic with that id, noted on first sight, in the connection's transaction.
    ///
    /// @param topicId text of Kafka's topic id, as `Uuid.toString()` writes it
    public static int resolve(Connection connection, String topic, String topicId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT tollgate.topic_generation(?, ?)")) {
            statement.setString(1, topic);
            statement.setString(2, topicId);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("tollgate.topic_generation answered nothing for " + topic);
                }
                return row.getInt(1);
            }
        }
    }
}
