package io.botmesh.bench;

import java.util.List;

/** Something that is measured. */
interface Figure {
    /** What it is called on the command line. */
    String name();

    /** One or more lines of the table. */
    List<Row> measure(Scale scale) throws Exception;

    /**
     * A line of the table.
     *
     * @param target what it should be, empty for a figure that is only for information
     */
    record Row(String figure, String target, String seen) {}
}
