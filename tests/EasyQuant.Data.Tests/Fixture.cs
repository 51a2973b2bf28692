using EasyQuant.Testing;

namespace EasyQuant.Data;

/// <summary>The files that Fixtures/make_fixtures.py wrote with Pillow and NumPy.</summary>
internal static class Fixture
{
    public static string Folder { get; } = Path.Combine(Assets.RepositoryRoot, "tests", "EasyQuant.Data.Tests", "Fixtures");

    public static string PathOf(string name) => Path.Combine(Folder, name);
}
