using System.Diagnostics;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>A file system in memory that is soon full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? WhyNot { get; } = Try();

    public static SmallDisk Mount(string path, string size)
    {
        Directory.CreateDirectory(path);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path) is { } problem ? throw new InvalidOperationException(problem) : new SmallDisk(path);
    }

    public void Resize(string size)
    {
        if (Run("mount", "-o", $"remount,size={size}", _path) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    public void Dispose() => Run("umount", "-l", _path);

    private static string? Try()
    {
        using var folder = new TemporaryFolder();
        try
        {
            Mount(folder.Below("disk"), "1m").Dispose();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"needs to mount a tmpfs, as root can: {exception.Message.Trim()}";
        }
    }

    /// <returns>What the command complained of; null when it did its work.</returns>
    private static string? Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{command}: {error}";
    }
}

/// <summary>Skipped, with the reason, where no small disk can be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOnSmallDisksAttribute : FactAttribute
{
    public FactOnSmallDisksAttribute() => Skip = SmallDisk.WhyNot;
}
