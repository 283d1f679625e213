package dev.tollgate.aggregator.topology.kafka;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Filter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/// Bounds what all RocksDB stores of the process take together outside of the heap; by default each would take its own.
public final class BoundedRocksDb implements RocksDBConfigSetter {

    private static final long MEMORY_BYTES_MAX = 96L << 20;
    private static final long WRITE_BUFFERS_BYTES_MAX = 48L << 20;
    private static final long WRITE_BUFFER_BYTES = 4L << 20;
    private static final int WRITE_BUFFERS_PER_STORE_MAX = 2;
    private static final double BLOOM_BITS_PER_KEY = 10;

    private static final Cache CACHE = new LRUCache(MEMORY_BYTES_MAX);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFERS_BYTES_MAX, CACHE);
    private static final Filter BLOOM = new BloomFilter(BLOOM_BITS_PER_KEY);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        table.setFilterPolicy(BLOOM);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS_PER_STORE_MAX);
    }

    /// The cache, the buffers and the filter are shared and live as long as the process.
    @Override
    public void close(String storeName, Options options) {}
}
