namespace EasyQuant.Benchmarks.Footprint;

/// <summary>What one process saw that loaded a model and ran it.</summary>
/// <param name="LoadMs">Until the session was there.</param>
/// <param name="FirstRunMs">The first run, with all that it prepares.</param>
/// <param name="RunMs">Median of the later runs.</param>
/// <param name="ResidentBytes">Resident memory after the runs, less what the process had before it loaded anything.</param>
/// <param name="PeakBytes">The most resident memory that it ever had, less the same.</param>
/// <param name="AllocatedPerRun">Bytes that .NET allocated for one of the later runs, on all threads.</param>
internal sealed record Footprint(double LoadMs, double FirstRunMs, double RunMs, long ResidentBytes, long PeakBytes, long AllocatedPerRun);
