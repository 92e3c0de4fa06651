# The Lua terminal: curves, points, fills, text, in two documents.
set terminal lua tikz size 12cm,8cm
set output outdir . '/plot1.tex'
set title 'Curves $\alpha$ and text_x'
set xlabel 'x'; set ylabel 'y' rotate
set key outside; set grid; set samples 200
f(x) = exp(-x * x / 8) * cos(3 * x)
plot [-5:5] f(x) with lines lw 2, sin(x) with points pt 7, x < 0 ? NaN : sqrt(x) with filledcurves y1=0
set output outdir . '/plot2.tex'
set terminal lua tikz standalone monochrome fontsize '10pt'
set style fill pattern 3
set isosamples 30; set hidden3d
splot [-2:2][-2:2] x * x - y * y with lines, x * y
set output outdir . '/plot3.tex'
set terminal lua tikz createstyle
