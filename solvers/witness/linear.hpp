// Small dense linear algebra for any number type: Cholesky factors and Gaussian elimination.

#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace relia::witness {

/// Square matrix, row-major.
template <class R>
struct Matrix {
  std::size_t n = 0;
  std::vector<R> a;
  explicit Matrix(std::size_t size = 0) : n(size), a(size * size, R(0)) {}
  R& operator()(std::size_t i, std::size_t j) { return a[i * n + j]; }
  const R& operator()(std::size_t i, std::size_t j) const { return a[i * n + j]; }
};

/// Lower Cholesky factor in place; false unless positive definite.
template <class R>
bool cholesky(Matrix<R>& m) {
  using std::sqrt;
  for (std::size_t i = 0; i < m.n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      R s = m(i, j);
      for (std::size_t k = 0; k < j; ++k) s -= m(i, k) * m(j, k);
      if (i == j) {
        if (!(s > R(0))) return false;
        m(i, i) = sqrt(s);
      } else {
        m(i, j) = s / m(j, j);
      }
    }
  }
  return true;
}

/// Solves L L' x = b in place, L from cholesky().
template <class R>
void cholesky_solve(const Matrix<R>& l, std::vector<R>& b) {
  for (std::size_t i = 0; i < l.n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= l(i, k) * b[k];
    b[i] /= l(i, i);
  }
  for (std::size_t i = l.n; i-- > 0;) {
    for (std::size_t k = i + 1; k < l.n; ++k) b[i] -= l(k, i) * b[k];
    b[i] /= l(i, i);
  }
}

/// Solves m x = b by elimination with row pivoting; false when singular.
template <class R>
bool solve(Matrix<R> m, std::vector<R>& b) {
  const std::size_t n = m.n;
  const auto magnitude = [](const R& x) { return x < R(0) ? -x : x; };
  // Rows are brought to the same size first, so that the choice of pivots does not depend on units.
  for (std::size_t i = 0; i < n; ++i) {
    R top = R(0);
    for (std::size_t j = 0; j < n; ++j)
      if (magnitude(m(i, j)) > top) top = magnitude(m(i, j));
    if (!(top > R(0))) return false;
    for (std::size_t j = 0; j < n; ++j) m(i, j) /= top;
    b[i] /= top;
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t best = c;
    for (std::size_t i = c + 1; i < n; ++i)
      if (magnitude(m(i, c)) > magnitude(m(best, c))) best = i;
    if (!(magnitude(m(best, c)) > R(0))) return false;
    if (best != c) {
      for (std::size_t j = 0; j < n; ++j) std::swap(m(best, j), m(c, j));
      std::swap(b[best], b[c]);
    }
    for (std::size_t i = c + 1; i < n; ++i) {
      const R f = m(i, c) / m(c, c);
      if (f == R(0)) continue;
      for (std::size_t j = c; j < n; ++j) m(i, j) -= f * m(c, j);
      b[i] -= f * b[c];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = i + 1; j < n; ++j) b[i] -= m(i, j) * b[j];
    b[i] /= m(i, i);
  }
  return true;
}

/// Eigenvalues of a symmetric matrix, ascending, by Jacobi rotations.
template <class R>
std::vector<R> eigenvalues(Matrix<R> m);

template <class R>
std::vector<R> eigenvalues(Matrix<R> m) {
  using std::sqrt;
  const std::size_t n = m.n;
  for (int sweep = 0; sweep < 60; ++sweep) {
    R off = R(0), all = R(0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += m(i, j) * m(i, j);
    if (!(off > all * std::numeric_limits<R>::epsilon() * std::numeric_limits<R>::epsilon())) break;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (m(p, q) == R(0)) continue;
        const R w = (m(q, q) - m(p, p)) / (R(2) * m(p, q));
        const R aw = w < R(0) ? -w : w;
        R t = R(1) / (aw + sqrt(w * w + R(1)));
        if (w < R(0)) t = -t;
        const R c = R(1) / sqrt(t * t + R(1)), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const R x = m(k, p), y = m(k, q);
          m(k, p) = c * x - s * y;
          m(k, q) = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const R x = m(p, k), y = m(q, k);
          m(p, k) = c * x - s * y;
          m(q, k) = s * x + c * y;
        }
      }
  }
  std::vector<R> d(n);
  for (std::size_t i = 0; i < n; ++i) d[i] = m(i, i);
  for (std::size_t i = 1; i < n; ++i)
    for (std::size_t j = i; j > 0 && d[j] < d[j - 1]; --j) std::swap(d[j], d[j - 1]);
  return d;
}

}  // namespace relia::witness
