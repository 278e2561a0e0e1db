using System.Globalization;

namespace Aurum.Benchmarks;

/// <summary>What Linux counts of processes.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>Peak resident memory in KiB; 0 when the process has ended.</summary>
    public static long PeakKilobytes(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(':', StringSplitOptions.TrimEntries)[1].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return 0; // it ended while we looked
        }
    }

    /// <summary>CPU seconds of a process so far, those of its ended children included; 0 when it has ended.</summary>
    public static double CpuSeconds(int processId)
    {
        try
        {
            // After the name in brackets: state is the third field, utime the fourteenth, then stime, cutime and cstime.
            var text = File.ReadAllText($"/proc/{processId}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>CPU seconds of all processes of that name so far; of those that ended only through their parents.</summary>
    public static double CpuSecondsOf(string name) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && NameOf(id) == name)
        .Sum(CpuSeconds);

    private static string NameOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
