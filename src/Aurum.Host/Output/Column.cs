namespace Aurum.Host.Output;

/// <summary>One column of an answer, the same for all formats.</summary>
/// <param name="Name">Key in NDJSON and header in CSV.</param>
/// <param name="Write">Writes exactly one cell.</param>
/// <param name="OnlyWherePresent">NDJSON leaves the key out where there is no value, instead of saying null.</param>
/// <param name="InTable">False for what only machines ask for.</param>
public sealed record Column<T>(string Name, Action<T, CellWriter> Write, bool OnlyWherePresent = false, bool RightAligned = false, bool InTable = true);

/// <summary>Takes the cells of a row, in order.</summary>
public abstract class CellWriter
{
    public abstract void Text(string? value);

    public abstract void Number(double? value);

    public abstract void Integer(long value);

    public abstract void Timestamp(DateTime? value);

    public abstract void Day(DateOnly value);
}
